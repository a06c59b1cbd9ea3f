import Sockets
import Synchronization
import TestKit
import Testing

@Suite("Event loops", .timeLimit(.minutes(1)))
struct EventLoopTests {
    @Test("What is enqueued runs in order")
    func order() async throws {
        let loop = try EventLoop(name: "order")
        let log = EventLog<Int>()
        for number in 0..<10_000 { loop.execute { log.record(number) } }
        try await log.wait(forCount: 10_000)
        #expect(log.events == Array(0..<10_000))
    }

    @Test("What many threads enqueue runs one at a time, on the loop, and all of it")
    func serial() async throws {
        let loop = try EventLoop(name: "serial")
        let inside = Visitors()
        let log = EventLog<Int>()
        await withDiscardingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<500 {
                        loop.execute {
                            let others = inside.enter()
                            log.record(loop.isCurrent ? others : -1)
                            inside.leave()
                        }
                    }
                }
            }
        }
        try await log.wait(forCount: 4000)
        #expect(log.events.allSatisfy { $0 == 0 })
    }

    @Test("A call from one actor of a loop to another is made at once, before what waits in the loop's queue")
    func noHop() async throws {
        let loop = try EventLoop(name: "hop")
        let (first, second) = (Neighbor(loop), Neighbor(loop))
        let enqueued = EventLog<Int>()
        let seen = await loop.run {
            await first.visit(second, leaving: { enqueued.record(1) }, count: { enqueued.count })
        }
        #expect(seen == 0)
        try await enqueued.wait(forCount: 1)
    }

    @Test("Code of a task that prefers a loop runs there, and elsewhere after that")
    func preference() async throws {
        let loop = try EventLoop(name: "preferred")
        let isThere = await loop.run { loop.isCurrent }
        #expect(isThere)
        #expect(!loop.isCurrent)
    }

    @Test("A loop that nobody uses any more ends its thread, and lives until then")
    func end() async throws {
        let ran = Signal()
        weak var observed: EventLoop?
        do {
            let loop = try EventLoop(name: "ends-unused")
            observed = loop
            try await eventually { ThreadNames.all.contains("ends-unused") }
            loop.execute { ran.send() }
        }
        try await ran.wait()
        try await eventually { !ThreadNames.all.contains("ends-unused") }
        #expect(observed == nil)
    }

    @Test("Numbers are spread over all loops of a group, each always to the same one")
    func pinning() async throws {
        try await withEventLoops(count: 3) { group in
            let found = (0..<30).map { ObjectIdentifier(group.loop(for: $0)) }
            #expect(Set(found).count == 3)
            #expect(found == (0..<30).map { ObjectIdentifier(group.loop(for: $0)) })
            #expect(group.loops.contains { $0 === group.loop(for: .max) })
        }
    }
}

private final class Visitors: Sendable {
    private let count = Atomic(0)

    /// How many others are inside.
    func enter() -> Int { count.add(1, ordering: .relaxed).oldValue }
    func leave() { count.subtract(1, ordering: .relaxed) }
}

private actor Neighbor {
    private let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }
    private var visits = 0

    init(_ loop: EventLoop) { self.loop = loop }

    /// What `count` is after some calls to and fro, the first of which leaves `job` to the loop.
    func visit(_ other: Neighbor, leaving job: @escaping @Sendable () -> Void, count: @Sendable () -> Int) async -> Int
    {
        loop.execute(job)
        for _ in 0..<10 { await other.enter() }
        return count()
    }

    private func enter() { visits += 1 }
}
