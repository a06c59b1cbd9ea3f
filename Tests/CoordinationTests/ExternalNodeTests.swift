import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// What programs do that coordinate workflows, and agents that ask, at whatever node they come to.
@Suite("External workflows and questions at nodes", .timeLimit(.minutes(1)))
struct ExternalNodeTests {
    private static let a: JSONText = #"[{"id": "a", "task_type": "work", "payload": 1}]"#
    private static let b: JSONText =
        #"[{"id": "b", "task_type": "work", "after": ["a"], "payload": "${steps.a.result}"}]"#

    private func add(_ steps: JSONText, to id: WorkflowID, at test: NodeUnderTest) async throws -> Outcome {
        try await test.node.add(steps, to: id).outcome
    }

    @Test("Steps are added, waited for and answered at any node; another program is given what is recorded")
    func anyNode() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { owner in
                try await withNode(redis) { other in
                    let id = try await owner.start(StoredRun.external, key: "k")
                    #expect(try await other.start(StoredRun.external, key: "k") == id)
                    let agent = try await other.register("work")
                    for test in [other, owner] {
                        let (steps, step) = test.node.id == other.node.id ? (Self.a, "a") : (Self.b, "b")
                        #expect(try await add(steps, to: id, at: test) == .accepted)
                        async let news = test.node.workflow(
                            id, with: .endOfSteps([step]), within: .seconds(30), on: test.loop)
                        #expect(try await other.complete(try await other.takeOne(agent), by: agent) == .accepted)
                        let workflow = try await news.workflow
                        #expect(workflow.results[step == "a" ? 0 : 1] == #"{"done":true}"#)
                        #expect(workflow.status == .running)
                    }
                    for test in [owner, other] { #expect(try await add(Self.b, to: id, at: test) == .duplicate) }
                    #expect(
                        try await add(#"[{"id": "a", "result": 1}]"#, to: id, at: other)
                            == .refused(.stepDiffers(id: "a", pointer: "/steps/0/result")))
                    #expect(try await other.node.finish(id, .completed(output: "1")).outcome == .accepted)
                    #expect(try await owner.node.finish(id, .completed(output: "1")).outcome == .duplicate)
                    #expect(other.count(.commit) == 0)
                }
            }
        }
    }

    @Test("The workflow is gone on with at another node, with all steps that were added")
    func takeover() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { second in
                let (id, agent) = try await withNode(redis) { first in
                    let id = try await first.start(StoredRun.external)
                    let agent = try await first.register("work")
                    #expect(try await add(Self.a, to: id, at: first) == .accepted)
                    #expect(try await add(#"[{"id": "r", "result": 3}]"#, to: id, at: first) == .accepted)
                    #expect(try await first.complete(first.takeOne(agent), by: agent) == .accepted)
                    #expect(try await add(Self.b, to: id, at: first) == .accepted)
                    try await first.crash()
                    return (id, agent)
                }
                try await eventually { try await second.stored(id).owner == second.node.id }
                #expect(try await add(Self.b, to: id, at: second) == .duplicate)
                #expect(try await second.complete(second.takeOne(agent), by: agent, result: "2") == .accepted)
                #expect(try await second.node.finish(id, .completed(output: nil)).outcome == .accepted)
                let output = try await second.end(of: id).output
                #expect(output == #"{"a":{"done":true},"r":3,"b":2}"#)
            }
        }
    }

    @Test("An agent asks at any node, and is told the same at each")
    func questions() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { owner in
                try await withNode(redis) { other in
                    let id = try await owner.start(StepsText.only(#""payload": 1"#))
                    let agent = try await other.register("work")
                    let task = try await other.takeOne(agent)
                    let asked = StepEvent.asked(
                        attempt: task.dispatch.attempt, by: agent, Question("which?", options: ["1", "2"]))
                    let first = try await other.node.answer(task.dispatch.task, asked)
                    #expect(first == Delivery(outcome: .accepted, escalation: 1))
                    for test in [owner, other] {
                        let again = try await test.node.answer(task.dispatch.task, asked)
                        #expect(again == Delivery(outcome: .duplicate, escalation: 1))
                    }
                    let question = EscalationID(workflow: id, number: 1)
                    let refused = try await other.node.resolve(question, with: Resolution(.answer("3"), by: "ops"))
                    #expect(refused.outcome == .refused(.notAnOption(["1", "2"])))
                    let answer = Resolution(.answer("2"), by: "ops")
                    #expect(try await other.node.resolve(question, with: answer).outcome == .accepted)
                    let next = try await other.takeOne(agent)
                    #expect(next.dispatch.attempt == 2)
                    #expect(JSONNode(try #require(next.dispatch.answers)).elements[0].member("answer")?.text == "2")
                    #expect(try await other.complete(next, by: agent) == .accepted)
                    #expect(try await owner.end(of: id).status == .completed)
                }
            }
        }
    }
}
