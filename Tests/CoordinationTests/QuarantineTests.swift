import JSON
import Logging
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// Workflows that nobody can go on with: escalated with their error, never looping.
@Suite("Poison workflows", .timeLimit(.minutes(1)))
struct QuarantineTests {
    private static let chain = StepsText.plan(
        #"{"id": "a", "task_type": "work"}, {"id": "b", "task_type": "check", "after": ["a"]}"#)
    private static let retry = Resolution(.retry(payload: nil), by: "ops", reason: "mended")

    private func key(_ name: String) -> RedisArgument { RedisArgument("ganglion:{p0}:default:\(name)") }

    /// A workflow whose first task an agent has, which is stored.
    private func started(_ test: NodeUnderTest) async throws -> (id: WorkflowID, agent: AgentID, task: TakenTask) {
        let id = try await test.start(Self.chain)
        let agent = try await test.register("work")
        let task = try await test.takeOne(agent)
        _ = try await test.view(id)
        return (id, agent, task)
    }

    private func question(_ id: WorkflowID, _ test: NodeUnderTest) async throws -> StoredEscalation? {
        let page = try await test.node.escalations(EscalationFilter(workflow: id), PageRequest(), on: test.loop)
        return page.elements.first { $0.id.isQuarantine }
    }

    @Test("One whose checkpoint cannot be read waits for a person, and goes on when it is mended")
    func damagedCheckpoint() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let (id, agent, task) = try await started(test)
                let head = try #require(try await redis.command("HGET", key("workflow:\(id)"), "checkpoint").bytes)
                try await redis.command("HSET", key("workflow:\(id)"), "checkpoint", "{\"status\":")
                test.script(.commit, [.refuse])
                await #expect(throws: CoordinationError.self) { try await test.complete(task, by: agent) }
                try await eventually { try await question(id, test) != nil }
                let asked = JSONNode(try #require(try await question(id, test)).question)
                #expect(asked.member("error")?.member("code")?.string == "damaged")
                let reason = try #require(asked.member("error")?.member("message")?.string)
                #expect(reason.hasPrefix("the checkpoint's head of \(id) is not JSON"))

                // Nobody looks at it any more, however often the heart beats.
                let (claims, beats) = (test.count(.claim), test.count(.heartbeat))
                try await test.stores[0].calls.wait { $0.count { $0 == .heartbeat } >= beats + 5 }
                #expect(test.count(.claim) == claims)
                let refused = CoordinationError.quarantined(id, reason: nil)
                await #expect(throws: refused) { try await test.complete(task, by: agent) }
                await #expect(throws: refused) { try await test.node.cancel(id, by: nil, reason: nil) }
                await #expect(throws: CoordinationError.quarantined(id, reason: reason)) { try await test.view(id) }
                let listed = try await test.node.workflows(WorkflowFilter(), PageRequest(), on: test.loop)
                #expect(listed.elements.map(\.status) == [.escalated])

                // It is tried again three times, and no more.
                #expect(try await test.node.resolve(.quarantine(of: id), with: Self.retry).outcome == .accepted)
                try await eventually { try await question(id, test) != nil }
                try await redis.command("HSET", key("workflow:\(id)"), "checkpoint", RedisArgument(head))
                #expect(try await test.node.resolve(.quarantine(of: id), with: Self.retry).outcome == .accepted)
                // The very same one within a millisecond would be the one that is done, sent once more.
                let late = Resolution(.retry(payload: nil), by: "somebody who was slower")
                #expect(
                    try await test.node.resolve(.quarantine(of: id), with: late).outcome
                        == .refused(.alreadyResolved))
                let view = try await test.view(id)
                #expect(view.status == .running)
                #expect(view.node == test.node.id)
                #expect(try await test.complete(task, by: agent) == .accepted)
                #expect(
                    try await test.history(id, .workflowQuarantined, .stepCompleted)
                        == ["workflow_quarantined", "workflow_quarantined", "step_completed a #1"])
            }
        }
    }

    @Test("One whose transition Redis cannot store waits for a person, and who sent it is told so")
    func damagedCommit() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let (id, agent, task) = try await started(test)
                try await redis.command("SET", key("agent_queue:check"), "no queue")
                await #expect(throws: CoordinationError.self) { try await test.complete(task, by: agent) }
                let asked = JSONNode(try #require(try await question(id, test)).question)
                #expect(asked.member("error")?.member("message")?.string?.contains("WRONGTYPE") == true)
                #expect(asked.member("node")?.string == test.node.id.description)
                let view = try await test.view(id)
                #expect(view.status == .escalated)
                #expect(view.node == nil)
                #expect(view.quarantine?.code == "damaged")
                await #expect(throws: CoordinationError.quarantined(id, reason: nil)) {
                    try await test.complete(task, by: agent)
                }
                for action in [Resolution.Action.skip, .complete(result: "1"), .retry(payload: "1")] {
                    let error = await #expect(throws: CoordinationError.self) {
                        try await test.node.resolve(.quarantine(of: id), with: Resolution(action, by: "ops"))
                    }
                    guard case .rejected = error else { throw Unexpected(description: "\(String(describing: error))") }
                }
                let fail = Resolution(.fail, by: "ops", reason: "lost")
                #expect(try await test.node.resolve(.quarantine(of: id), with: fail).outcome == .accepted)
                let end = try await test.end(of: id)
                #expect(end.status == .failed)
                #expect(end.failure?.message == "failed by ops: lost")
                #expect(try await test.complete(task, by: agent) != .accepted)
                let unknown = EscalationID.quarantine(of: .numbered(5))
                #expect(try await test.node.resolve(unknown, with: fail).outcome == .refused(.unknownEscalation))
            }
        }
    }

    @Test("Failures count in a row: two, and then a commit that is done, and nothing has happened")
    func consecutive() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let (id, agent, task) = try await started(test)
                test.script(.commit, [.damage, .damage])
                let progress = StepEvent.progressed(attempt: 1, by: agent, ProgressReport(extend: .seconds(60)))
                #expect(try await test.node.answer(task.dispatch.task, progress).outcome == .accepted)
                test.script(.commit, [.damage, .damage])
                #expect(try await test.complete(task, by: agent) == .accepted)
                #expect(try await question(id, test) == nil)
                #expect(try await test.history(id, .workflowQuarantined).isEmpty)
            }
        }
    }

    @Test("One whose coordinators get stuck three times in a row is not given a fourth")
    func stuck() async throws {
        var options = NodeOptions.quick()
        options.stuckAfter = .milliseconds(200)
        try await withRedisServer { redis in
            try await withNode(redis, options) { test in
                let (id, agent, task) = try await started(test)
                test.script(.commit, [.hold(Signal()), .hold(Signal()), .hold(Signal())])
                await #expect(throws: CoordinationError.self) { try await test.complete(task, by: agent) }
                try await eventually { try await question(id, test) != nil }
                let asked = JSONNode(try #require(try await question(id, test)).question)
                #expect(asked.member("error")?.member("code")?.string == "stuck")
                #expect(try await test.node.resolve(.quarantine(of: id), with: Self.retry).outcome == .accepted)
                #expect(try await test.complete(task, by: agent) == .accepted)
            }
        }
    }

    @Test("A letter to one is refused at whatever node it comes, and who waits for a reply hears it")
    func letter() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { owner in
                try await withNode(redis) { other in
                    let (id, agent, task) = try await started(owner)
                    owner.script(.commit, [.damage, .damage, .damage])
                    await #expect(throws: CoordinationError.quarantined(id, reason: nil)) {
                        try await other.complete(task, by: agent)
                    }
                    #expect(try await owner.view(id).status == .escalated)
                    #expect(try await other.node.resolve(.quarantine(of: id), with: Self.retry).outcome == .accepted)
                    // The letter has lain in its box all the time.
                    let view = try await other.node.workflow(
                        id, newerThan: other.view(id).revision - 1, within: .seconds(10), on: other.loop)
                    #expect(view.node == other.node.id)
                    try await eventually { try await other.view(id).workflow.steps[0].status == .completed }
                }
            }
        }
    }
}
