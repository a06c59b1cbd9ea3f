import Coordination
import Sockets
import TestKit
import Testing
import WorkflowCore

@Suite("Agents that wait for tasks", .timeLimit(.minutes(1)))
struct TakeQueueTests {
    private let queue = TakeQueue()
    private let loop: EventLoop
    private let woken = EventLog<String>()

    init() throws { loop = try EventLoop(name: "takes") }

    private func agent(_ number: UInt64) -> AgentID { AgentID(token: RandomToken(high: 1, low: number)) }

    /// Runs the body while agents wait, each having begun after the one before it stood in the queue.
    private func waiting(
        _ agents: [(name: String, types: [String])], for limit: Duration = .seconds(50),
        _ body: (inout ThrowingTaskGroup<Void, any Error>) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, entry) in agents.enumerated() {
                let (queue, loop, woken, agent) = (queue, loop, woken, agent(UInt64(number)))
                group.addTask(executorPreference: loop) {
                    let type = await queue.wait(
                        agent, for: entry.types, since: queue.mark(), atMost: limit, on: loop)
                    woken.record("\(entry.name) \(type ?? "-")")
                }
                // Or gave up already.
                while queue.count + woken.events.count <= number { await Task.yield() }
            }
            try await body(&group)
            queue.close()
        }
    }

    @Test("A task wakes one agent: the one that waited longest for its type")
    func longest() async throws {
        try await waiting([("a", ["x"]), ("b", ["y"]), ("c", ["x", "y"])]) { _ in
            queue.announce("y")
            try await woken.wait(forCount: 1)
            queue.announce("y")
            try await woken.wait(forCount: 2)
            queue.announce("x")
            try await woken.wait(forCount: 3)
        }
        #expect(woken.events == ["b y", "c y", "a x"])
    }

    @Test("An agent that waits for two types is woken once, and the second task wakes the next agent")
    func once() async throws {
        try await waiting([("a", ["x", "y"]), ("b", ["y"])]) { _ in
            queue.announce("x")
            queue.announce("y")
            try await woken.wait(forCount: 2)
        }
        #expect(Set(woken.events) == ["a x", "b y"])
    }

    @Test("What is announced between asking and waiting is not slept through")
    func between() async throws {
        let mark = queue.mark()
        queue.announce("x")
        #expect(await queue.wait(agent(1), for: ["x"], since: mark, atMost: .seconds(50), on: loop) == nil)
    }

    @Test("A task that woke somebody is no news to those who are asking meanwhile")
    func noHerd() async throws {
        try await waiting([("a", ["x"])]) { group in
            let mark = queue.mark()
            queue.announce("x")
            try await woken.wait(forCount: 1)
            let slept = await queue.wait(agent(9), for: ["x"], since: mark, atMost: .milliseconds(1), on: loop)
            #expect(slept == nil)
            // Had the mark been news, this one would not wait at all; so it stands in the queue, and is woken.
            group.addTask(executorPreference: loop) {
                let type = await queue.wait(agent(9), for: ["x"], since: mark, atMost: .seconds(50), on: loop)
                woken.record("late \(type ?? "-")")
            }
            while queue.count < 1 { await Task.yield() }
            queue.announce("x")
            try await woken.wait(forCount: 2)
        }
        #expect(woken.events == ["a x", "late x"])
    }

    @Test("One that gave up is passed over, be it by time or because its request is gone")
    func passedOver() async throws {
        try await waiting([("a", ["x"])], for: .milliseconds(5)) { _ in try await woken.wait(forCount: 1) }
        #expect(woken.events == ["a -"])
        let fresh = TakeQueue()
        await withTaskGroup(of: TaskCall?.self) { group in
            group.addTask {
                await fresh.wait(agent(1), for: ["x"], since: fresh.mark(), atMost: .seconds(50), on: loop)
            }
            group.cancelAll()
            for await type in group { #expect(type == nil) }
        }
        let mark = fresh.mark()
        fresh.announce("x")
        // Nobody heard it: whoever asked before it asks again at once.
        #expect(await fresh.wait(agent(2), for: ["x"], since: mark, atMost: .seconds(50), on: loop) == nil)
    }

    @Test("An agent that is to stop a task is woken without an errand, and keeps no task from the others")
    func stops() async throws {
        try await waiting([("a", ["x"]), ("b", ["x"])]) { _ in
            queue.announceStop(to: agent(0))
            queue.announceStop(to: agent(7))
            try await woken.wait(forCount: 1)
            queue.announce("x")
            try await woken.wait(forCount: 2)
        }
        #expect(woken.events == ["a -", "b x"])
    }

    @Test("Tasks that may be taken later wake one agent then, however often that is told")
    func recalls() async throws {
        try await waiting([("a", ["x"]), ("b", ["x"]), ("c", ["y"])]) { _ in
            for delay in [30, 10, 20] { queue.recall("x", after: .milliseconds(delay), on: loop) }
            try await woken.wait(forCount: 1)
            queue.recall("y", after: .milliseconds(60), on: loop)
            try await woken.wait(forCount: 2)
            #expect(woken.events == ["a x", "c y"])
            queue.recall("x", after: .zero, on: loop)
            try await woken.wait(forCount: 3)
        }
        #expect(woken.events.last == "b x")
    }

    @Test("Closing wakes everyone, and from then on nobody waits")
    func closing() async throws {
        try await waiting([("a", ["x"]), ("b", ["y"])]) { _ in }
        #expect(Set(woken.events) == ["a -", "b -"])
        #expect(await queue.wait(agent(1), for: ["x"], since: queue.mark(), atMost: .seconds(50), on: loop) == nil)
    }
}
