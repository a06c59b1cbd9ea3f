import Synchronization
import Testing

@testable import ganglion

/// The one queue of the central coordinator's double.
@Suite("The turnstile", .timeLimit(.minutes(1)))
struct TurnstileTests {
    @Test("One goes through at a time, however many come, and all do")
    func one() async {
        let turnstile = Turnstile()
        let (within, most, passed) = (Atomic(0), Atomic(0), Atomic(0))
        await withDiscardingTaskGroup { group in
            for _ in 0..<5000 {
                group.addTask {
                    await turnstile.pass {
                        let now = within.add(1, ordering: .relaxed).newValue
                        most.max(now, ordering: .relaxed)
                        await Task.yield()
                        within.subtract(1, ordering: .relaxed)
                    }
                    passed.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(most.load(ordering: .relaxed) == 1)
        #expect(passed.load(ordering: .relaxed) == 5000)
    }

    @Test("Who throws lets the next one through")
    func failure() async {
        struct Refused: Error {}
        let turnstile = Turnstile()
        await #expect(throws: Refused.self) { try await turnstile.pass { () async throws in throw Refused() } }
        #expect(await turnstile.pass { 7 } == 7)
    }
}
