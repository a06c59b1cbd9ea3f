import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("The store in memory")
struct MemoryStoreTests {
    private let clock = ManualClock()

    private func makeStore(_ state: MemoryStore.State = MemoryStore.State()) -> MemoryStore {
        MemoryStore(state) { [clock] in clock.now }
    }

    @Test("It refuses what it is to refuse, and nothing is done")
    func refused() async throws {
        let store = makeStore()
        store.setFaults { $0 == .start ? .refused : nil }
        let run = try StoredRun()
        await #expect(throws: StoreError.unavailable("the memory is not available")) { try await run.start(in: store) }
        #expect(try await store.workflow(run.id) == nil)
        #expect(store.snapshot == MemoryStore.State())
        store.setFaults(nil)
        #expect(try await run.start(in: store) == .started)
    }

    @Test("It loses the replies that it is to lose, and what was asked is done")
    func replyLost() async throws {
        let store = makeStore()
        var run = try StoredRun()
        store.setFaults { _ in .replyLost }
        await #expect(throws: StoreError.unavailable("the memory's answer was lost")) { try await run.start(in: store) }
        let commit = run.next(.taken(), .completed())
        await #expect(throws: StoreError.self) { try await store.commit(commit) }
        #expect(await store.unavailability() != nil)
        store.setFaults(nil)
        #expect(await store.unavailability() == nil)
        #expect(try await store.workflow(run.id)?.revision == 2)
        #expect(try await store.commit(commit).isCommitted)
        #expect(try await store.workflow(run.id)?.revision == 2)
    }

    @Test("A state may be copied, and gone on with elsewhere")
    func copies() async throws {
        let store = makeStore()
        var run = try StoredRun()
        try await run.start(in: store)
        let copy = makeStore(store.snapshot)
        #expect(copy.snapshot == store.snapshot)
        let commit = run.next(.taken())
        #expect(try await store.commit(commit).isCommitted)
        #expect(copy.snapshot != store.snapshot)
        #expect(try await copy.commit(commit) == .committed)
        #expect(copy.snapshot == store.snapshot)
    }
}
