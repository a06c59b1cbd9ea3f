import JSON
import RedisStreams
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Many nodes", .timeLimit(.minutes(1)))
struct ManyNodesTests {
    /// Two nodes that know of each other.
    private func withTwoNodes(
        _ options: NodeOptions = .quick(), _ body: (_ owner: NodeUnderTest, _ other: NodeUnderTest) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await withNode(redis, options) { owner in
                try await withNode(redis, options) { other in try await body(owner, other) }
            }
        }
    }

    @Test("Tasks are taken and answered at any node, and only the owner commits")
    func anyNode() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(StoredRun.chain)
            let agent = try await other.register("work", "check")
            let draft = try await other.takeOne(agent)
            try await eventually { try await owner.history(id, .stepStarted) == ["step_started draft #1"] }
            #expect(try await other.complete(draft, by: agent) == .accepted)
            #expect(try await other.complete(draft, by: agent) == .duplicate)
            #expect(try await owner.complete(try await other.takeOne(agent), by: agent) == .accepted)
            #expect(try await other.end(of: id).status == .completed)
            #expect(other.count(.commit) == 0)
            #expect(try await other.stored(id).owner == owner.node.id)
            #expect(try await other.store.inbox(of: owner.node.id, limit: 10).isEmpty)
        }
    }

    @Test("What is refused is refused the same at any node, with what was accepted instead")
    func refusals() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(StepsText.only())
            let (agent, thief) = (try await other.register("work"), try await other.register("work"))
            let task = try await other.takeOne(agent)
            #expect(try await other.complete(task, by: thief) == .refused(.notHeld))
            #expect(try await other.complete(task, by: agent, result: "1") == .accepted)
            let late = StepEvent.completed(attempt: 1, by: agent, result: "2")
            let (here, there) = (
                try await owner.node.answer(task.dispatch.task, late),
                try await other.node.answer(task.dispatch.task, late)
            )
            #expect(here == there)
            #expect(there.acceptedResult == "1")
            #expect(
                try await other.node.cancel(id, by: "ops", reason: nil).outcome == .refused(.workflowEnded(.completed)))
        }
    }

    @Test("Whoever resolves or cancels may do it at any node")
    func people() async throws {
        try await withTwoNodes { owner, other in
            let fields = #""retry": {"max_attempts": 1}"#
            let id = try await owner.start(StepsText.only(fields))
            let agent = try await other.register("work")
            #expect(try await other.fail(other.takeOne(agent), by: agent) == .accepted)
            let question = EscalationID(workflow: id, number: 1)
            let answer = Resolution(.retry(payload: nil), by: "ops")
            #expect(try await other.node.resolve(question, with: answer).outcome == .accepted)
            #expect(try await other.node.resolve(question, with: answer).outcome == .refused(.alreadyResolved))
            #expect(try await other.takeOne(agent).dispatch.attempt == 2)
            #expect(try await other.node.cancel(id, by: "ops", reason: "enough").outcome == .accepted)
            #expect(try await owner.end(of: id).status == .cancelled)
        }
    }

    @Test("The time for the work runs from when it was taken, wherever that was")
    func workTimeout() async throws {
        try await withTwoNodes { owner, other in
            let fields = #""timeout": "300ms", "retry": {"max_attempts": 2, "initial_backoff": "0s"}"#
            let id = try await owner.start(StepsText.only(fields))
            _ = try await other.takeOne(other.register("work"))
            #expect(try await other.takeOne(other.register("work")).dispatch.attempt == 2)
            #expect(try await owner.history(id, .attemptFailed).first == "attempt_failed only #1")
        }
    }

    @Test("An agent that waits at one node hears of a task that another node put on its queue")
    func wakes() async throws {
        // Nobody would ask again in the time of this test.
        try await withTwoNodes { owner, other in
            let agent = try await other.register("work")
            async let task = other.take(agent)
            try await other.stores[0].calls.wait { $0.contains(.take) }
            let id = try await owner.start(StepsText.only())
            #expect(try await task.map(\.dispatch.task) == [TaskID(workflow: id, step: 0)])
        }
    }

    @Test("A fan-out wakes the agents of both nodes, one for each task")
    func wakesAll() async throws {
        try await withTwoNodes { owner, other in
            let nodes = [owner, other, other, other]
            var agents: [AgentID] = []
            for test in nodes { agents.append(try await test.register("work", slots: 1)) }
            try await withThrowingTaskGroup(of: Int.self) { group in
                for (test, agent) in zip(nodes, agents) {
                    group.addTask { try await test.take(agent).count }
                }
                try await owner.stores[0].calls.wait { $0.contains(.take) }
                try await other.stores[0].calls.wait { $0.count { $0 == .take } == 3 }
                let steps = (0..<4).map { #"{"id": "s\#($0)", "task_type": "work"}"# }.joined(separator: ",")
                _ = try await owner.start(StepsText.plan(steps))
                for try await count in group { #expect(count == 1) }
            }
        }
    }

    @Test("An agent that waits at one node is told to stop what was cancelled at another")
    func stops() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(StepsText.only())
            let agent = try await other.register("work")
            let task = try await other.takeOne(agent).dispatch.task
            let request = TakeRequest(agent: agent, wanted: 1, running: [task])
            let before = other.count(.take)
            async let told = other.node.take(request, within: .seconds(50), on: other.loop)
            try await other.stores[0].calls.wait { $0.count { $0 == .take } > before }
            _ = try await owner.node.cancel(id, by: nil, reason: nil)
            #expect(try await told.stop == [task])
        }
    }

    @Test("Who waits for a workflow at another node than its own is told of every change")
    func watching() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(StoredRun.chain)
            let agent = try await owner.register("work", "check")
            let revision = try await other.view(id).revision
            let before = other.count(.workflow)
            async let news = other.node.workflow(id, newerThan: revision, within: .seconds(50), on: other.loop)
            // Once before it listens, and once after.
            try await other.stores[0].calls.wait { $0.count { $0 == .workflow } >= before + 2 }
            #expect(try await owner.complete(owner.takeOne(agent), by: agent) == .accepted)
            let view = try await news
            #expect(view.revision > revision)
            async let end = other.end(of: id, within: .seconds(50))
            #expect(try await owner.complete(owner.takeOne(agent), by: agent) == .accepted)
            #expect(try await end.status == .completed)
        }
    }

    @Test("A letter to a node that dies is taken in by the one that follows it, and its sender is told")
    func ownerDies() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { other in
                let (agent, task, outcome) = try await withNode(redis) { owner in
                    _ = try await owner.start(StepsText.only())
                    let agent = try await other.register("work")
                    let task = try await other.takeOne(agent)
                    // Its commits do not get through any more, nor anything else: it is as good as dead.
                    owner.script(.commit, [.die])
                    return (agent, task, try await other.complete(task, by: agent))
                }
                #expect(outcome == .accepted)
                #expect(try await other.complete(task, by: agent) == .duplicate)
                #expect(try await other.stored(task.dispatch.task.workflow).takeovers == 1)
            }
        }
    }

    @Test("A letter of which nobody told is found all the same")
    func unheardLetter() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(StepsText.only())
            let agent = try await owner.register("work")
            let task = try await owner.takeOne(agent)
            // As mail.lua does it, without a word.
            let event = Event.step(0, .completed(attempt: 1, by: agent, result: "7")).json
            let keys = Keyspace()
            let letter: RedisArguments = ["to", "-", "number", "0", "event", RedisArgument(event.bytes)]
            _ = try await other.redis.command(["XADD", keys.mailbox(id), "*"] + letter)
            _ = try await other.redis.command(["SADD", keys.inbox(owner.node.id), RedisArgument(id)])
            #expect(try await owner.end(of: id).status == .completed)
            #expect(try await owner.complete(task, by: agent, result: "7") == .duplicate)
        }
    }

    @Test("An agent that took its task at another node may answer at the owner, which asks the store whether it did")
    func answersAtOwner() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { owner in
                try await withNode(redis) { other in
                    _ = try await owner.start(StepsText.only())
                    let agent = try await other.register("work")
                    let task = try await other.takeOne(agent)
                    let thief = try await other.register("work")
                    #expect(try await owner.complete(task, by: thief) == .refused(.notHeld))
                    #expect(try await owner.complete(task, by: agent) == .accepted)
                }
            }
        }
    }
}
