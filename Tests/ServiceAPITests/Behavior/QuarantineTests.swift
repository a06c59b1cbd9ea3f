import Coordination
import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import RedisStreams
import TestKit
import Testing

/// Workflows that nobody can go on with, as clients, agents and people see them.
@Suite("Quarantine", .service, .timeLimit(.minutes(1)))
struct QuarantineTests {
    /// A workflow that cannot go on from its first step, and what an agent hears that answers that.
    private struct Poisoned {
        let workflow: String
        let agent: String
        let task: JSONValue
        let next: RedisArgument
        let escalation: String
        let answer: Answer
    }

    private func poisoned() async throws -> Poisoned {
        let service = try suiteService()
        let (type, next) = (TaskType.unique(), TaskType.unique())
        let agent = try await service.register(type)
        let workflow = try await service.start([
            "name": "a",
            "steps": [
                ["id": "first", "task_type": .string(type)],
                ["id": "second", "task_type": .string(next), "after": ["first"]],
            ],
        ])
        let task = try await service.take(agent)[0]
        _ = try await service.workflow(workflow)
        let queue = service.key("agent_queue:\(next)")
        try await service.redis.command("SET", queue, "no queue")
        let answer = try await service.complete(task, by: agent, "done")
        return Poisoned(
            workflow: workflow, agent: agent, task: task, next: queue,
            escalation: "esc_\(workflow.dropFirst(3))_0", answer: answer)
    }

    private func resolve(_ poisoned: Poisoned, _ action: String, _ more: JSONObject = [:]) async throws -> Answer {
        var body: JSONObject = ["action": .string(action), "by": "ops", "reason": "queue mended"]
        for (name, value) in more { body[name] = value }
        return try await suiteService().post("/v1/escalations/\(poisoned.escalation)/resolve", .object(body))
    }

    @Test("Agents and clients are told of the escalation, which says what is wrong and where")
    func told() async throws {
        let service = try suiteService()
        let poisoned = try await poisoned()
        let cancelled = try await service.send(.post, "/v1/workflows/\(poisoned.workflow)/cancel")
        let failed = try await service.fail(poisoned.task, by: poisoned.agent, retryable: true)
        for answer in [poisoned.answer, cancelled, failed] {
            #expect(answer.status == 409)
            #expect(answer.type == "/problems/workflow-quarantined")
            #expect(answer["escalation_id"] == .string(poisoned.escalation))
        }
        let read = try await service.workflow(poisoned.workflow)
        #expect(read["status"] == "escalated")
        #expect(read["node"].isNull)
        #expect(read["quarantine"]["escalation_id"] == .string(poisoned.escalation))
        #expect(read["quarantine"]["error"]["code"] == "damaged")
        let question = try await service.get("/v1/escalations/\(poisoned.escalation)")
        #expect(question["kind"] == "poisoned")
        #expect(question["status"] == "open")
        #expect(question["error"] == read["quarantine"]["error"])
        #expect(question["node"] == .string("\(service.node.id)"))
        let listed = try await service.get("/v1/workflows?status=escalated&limit=1000")["workflows"].elements
        #expect(listed.contains { $0["id"] == .string(poisoned.workflow) })
        #expect(try await service.events(poisoned.workflow).last?["type"] == "workflow_quarantined")
    }

    @Test("retry goes on with it, once; what fits only a step's escalation is named as not allowed")
    func retry() async throws {
        let service = try suiteService()
        let poisoned = try await poisoned()
        let refused: [(String, JSONObject, JSONValue)] = [
            ("skip", [:], "/action"), ("complete", ["result": 1], "/action"), ("retry", ["payload": 1], "/payload"),
        ]
        for (action, more, pointer) in refused {
            let answer = try await resolve(poisoned, action, more)
            #expect(answer.status == 422)
            #expect(answer["errors"][0]["pointer"] == pointer)
            guard action != "retry" else { continue }
            #expect(answer["errors"][0]["detail"].string?.contains("'retry' or 'fail'") == true)
        }
        try await service.redis.command("DEL", poisoned.next)
        let resolved = try await resolve(poisoned, "retry")
        #expect(resolved.status == 200)
        #expect(resolved["resolution"]["action"] == "retry")
        #expect(try await resolve(poisoned, "fail").status == 409)
        let read = try await service.workflow(poisoned.workflow)
        #expect(read["status"] == "running")
        #expect(read["quarantine"].isNull)
        #expect(try await service.complete(poisoned.task, by: poisoned.agent, "done").status == 200)
        #expect(try await service.workflow(poisoned.workflow)["steps"][1]["status"] == "queued")
    }

    @Test("fail ends it, even if nothing of it can be read")
    func fail() async throws {
        let service = try suiteService()
        let poisoned = try await poisoned()
        let key = service.key("workflow:\(poisoned.workflow)")
        try await service.redis.command("HSET", key, "s:0", "[")
        let read = try await service.workflow(poisoned.workflow)
        #expect(read.status == 409)
        #expect(read.type == "/problems/workflow-quarantined")
        #expect(read["escalation_id"] == .string(poisoned.escalation))
        #expect(read.detail.contains("checkpoint of step 0"))
        #expect(try await resolve(poisoned, "fail").status == 200)
        #expect(try await service.workflow(poisoned.workflow).status == 409)
        try await service.redis.command("HDEL", key, "s:0")
        let end = try await service.workflow(poisoned.workflow)
        #expect(end["status"] == "failed")
        #expect(end["failure"] == ["code": "failed_by_resolution", "message": "failed by ops: queue mended"])
        #expect(end["steps"][0]["status"] == "cancelled")
        #expect(try await service.events(poisoned.workflow).last?["type"] == "workflow_failed")
        let unknown = try await service.post(
            "/v1/escalations/esc_0_00000000000000000000000000_0/resolve",
            ["action": "retry", "by": "ops", "reason": "why not"])
        #expect(unknown.status == 404)
    }
}
