import JSON
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// Long work through nodes: whoever owns the workflow, and wherever its agent asks.
@Suite("Long work", .timeLimit(.minutes(1)))
struct LongWorkNodeTests {
    private static let silent = StepsText.only(
        #""heartbeat_timeout": "600ms", "timeout": "10m", "retry": {"max_attempts": 2, "initial_backoff": "0ms"}"#)

    /// Two nodes that know of each other.
    private func withTwoNodes(
        _ body: (_ owner: NodeUnderTest, _ other: NodeUnderTest) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { owner in
                try await withNode(redis) { other in try await body(owner, other) }
            }
        }
    }

    @Test("An attempt that nobody hears of has failed, and one that is named at another node goes on")
    func silence() async throws {
        try await withTwoNodes { owner, other in
            let (silent, named) = (try await owner.start(Self.silent), try await owner.start(Self.silent))
            let agent = try await other.register("work")
            let tasks = try await other.take(agent, 2)
            try #require(tasks.count == 2)
            let task = TaskID(workflow: named, step: 0)
            // Several times as long as the silence may be.
            try await eventually {
                _ = try await other.node.heartbeat(of: agent, running: [task], on: other.loop)
                return try await owner.history(silent, .attemptFailed).count == 1
            }
            try await eventually {
                _ = try await other.node.heartbeat(of: agent, running: [task], on: other.loop)
                let since = try await owner.stored(silent).committedAt
                return owner.node.clock.now(at: owner.loop.now) - since > .milliseconds(1500)
            }
            #expect(try await owner.history(named, .attemptFailed).isEmpty)
            let failed = try await owner.view(silent).workflow.steps[0]
            #expect(failed.attempts.first?.failure?.code == "heartbeat_timeout")
            #expect(failed.attempts.count == 2)
            #expect(other.count(.commit) == 0)
            // Now that one falls silent too.
            try await eventually { try await owner.history(named, .attemptFailed).count == 1 }
        }
    }

    @Test("Whoever follows an owner that died knows when its tasks were heard of")
    func takeover() async throws {
        try await withTwoNodes { owner, other in
            let plan = StepsText.only(#""heartbeat_timeout": "3s", "timeout": "10m""#)
            let id = try await owner.start(plan)
            let agent = try await other.register("work")
            let task = try await other.takeOne(agent)
            try await eventually { try await owner.history(id, .stepStarted).count == 1 }
            try await owner.crash()
            try await eventually {
                _ = try await other.node.heartbeat(of: agent, running: [task.dispatch.task], on: other.loop)
                return try await other.stored(id).owner == other.node.id
            }
            _ = try await other.node.heartbeat(of: agent, running: [task.dispatch.task], on: other.loop)
            let explanation = try await other.node.explain(id, on: other.loop)
            let facts = try #require(explanation.steps.first).facts
            #expect(explanation.at - (try #require(facts.heardAt)) < .seconds(1))
            #expect(try await other.complete(task, by: agent) == .accepted)
            #expect(try await other.end(of: id).status == .completed)
        }
    }

    @Test("A cancel reaches an agent that waits at another node within a second, and so does a note")
    func atOnce() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(StoredRun.single)
            let agent = try await other.register("work")
            let task = try await other.takeOne(agent).dispatch.task
            try await eventually { try await owner.history(id, .stepStarted).count == 1 }

            let noted = try await whileTaking(agent, task, other) {
                _ = try await owner.node.guide(task, "hurry", by: "ops")
            }
            #expect(noted.taken.guidance.map(\.guidance.text) == ["hurry"])
            #expect(noted.elapsed < .seconds(1))

            let cancelled = try await whileTaking(agent, task, other) {
                _ = try await owner.node.cancel(id, by: "ops", reason: nil)
            }
            #expect(cancelled.taken.stop == [task])
            #expect(cancelled.elapsed < .seconds(1))
        }
    }

    @Test("A heartbeat tells of a cancel and of notes as well, at whatever node")
    func heartbeats() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(StoredRun.single)
            let agent = try await other.register("work")
            let task = try await other.takeOne(agent)
            let note = try await other.node.guide(task.dispatch.task, "hurry", by: "ops")
            #expect(note.outcome == .accepted)
            for node in [owner, other] {
                let heard = try await node.node.heartbeat(of: agent, running: [task.dispatch.task], on: node.loop)
                // To one of them it was told.
                #expect(heard.guidance.count == (node.node.id == owner.node.id ? 1 : 0))
            }
            let acknowledged = StepEvent.acknowledged(attempt: 1, by: agent, through: 1)
            #expect(try await other.node.answer(task.dispatch.task, acknowledged).outcome == .accepted)
            #expect(try await owner.view(id).workflow.steps[0].long.guidance.isEmpty)
            _ = try await owner.node.cancel(id, by: "ops", reason: nil)
            let heard = try await other.node.heartbeat(of: agent, running: [task.dispatch.task], on: other.loop)
            #expect(heard.stop == [task.dispatch.task])
        }
    }

    @Test("An agent that is to pause or to drain is told at once where it waits, and takes again when it may")
    func conduct() async throws {
        try await withTwoNodes { owner, other in
            let agent = try await other.register("work")
            for (conduct, status) in [(AgentConduct.pause, AgentStatus.paused), (.drain, .draining)] {
                let told = try await whileTaking(agent, nil, other) {
                    _ = try await owner.node.conduct(agent, conduct, on: owner.loop)
                }
                #expect(told.taken.status == status && told.taken.tasks.isEmpty)
                #expect(told.elapsed < .seconds(1))
            }
            let id = try await owner.start(StoredRun.single)
            #expect(try await other.take(agent, within: .zero).isEmpty)
            let resumed = try await whileTaking(agent, nil, other) {
                _ = try await owner.node.conduct(agent, .resume, on: owner.loop)
            }
            #expect(resumed.taken.status == .alive)
            let tasks = resumed.taken.tasks.isEmpty ? try await other.take(agent) : resumed.taken.tasks
            #expect(tasks.map(\.dispatch.task.workflow) == [id])
        }
    }

    @Test("Heartbeats that always tell the same end an attempt, although they come to another node")
    func stuck() async throws {
        try await withTwoNodes { owner, other in
            let id = try await owner.start(
                StepsText.only(
                    #""on_stuck": "retry", "stuck": {"after_heartbeats": 3}, "retry": {"initial_backoff": "0ms"}"#))
            let agent = try await other.register("work")
            let task = try await other.takeOne(agent).dispatch.task
            try await eventually { try await owner.history(id, .stepStarted).count == 1 }
            for _ in 0..<3 {
                _ = try await other.node.heartbeat(
                    of: agent, running: [task], fingerprints: [task: "page 1"], on: other.loop)
            }
            try await eventually { try await owner.history(id, .attemptFailed).count == 1 }
            #expect(try await owner.view(id).workflow.steps[0].attempts.first?.failure?.code == "stuck")
            let next = try await other.takeOne(agent)
            #expect(next.dispatch.attempt == 2)
        }
    }

    /// What a take that waits is told, and how soon after the body began.
    private func whileTaking(
        _ agent: AgentID, _ task: TaskID?, _ node: NodeUnderTest, _ body: () async throws -> Void
    ) async throws -> (taken: Taken, elapsed: Duration) {
        let request = TakeRequest(agent: agent, wanted: 1, running: task.map { [$0] } ?? [])
        async let taken = node.node.take(request, within: .seconds(20), on: node.loop)
        try await eventually { node.node.takes.count == 1 }
        let start = ContinuousClock.now
        try await body()
        return (try await taken, .now - start)
    }
}
