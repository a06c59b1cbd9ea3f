import HTTP
import JSON
import OrderedCollections
import Testing

/// What people are asked, and what becomes of their answers.
@Suite("Escalations", .service, .timeLimit(.minutes(1)))
struct EscalationTests {
    private struct Escalated {
        let workflow: String
        let agent: String
        let task: JSONValue
        let id: String
        let path: String
    }

    /// A workflow whose first step ran out of attempts, and whose second comes after it.
    private func escalated() async throws -> Escalated {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 2)
        let workflow = try await service.start([
            "name": "a", "input": "scan",
            "steps": [
                ["id": "read", "task_type": .string(type), "payload": "${input}"],
                ["id": "use", "task_type": .string(type), "after": ["read"], "payload": "${steps.read}"],
            ],
        ])
        let task = try await service.take(agent)[0]
        try await service.fail(task, by: agent, retryable: false)
        let stands = try await service.workflow(workflow)
        #expect(stands["status"] == "escalated")
        #expect(stands["steps"][0]["status"] == "escalated")
        let id = try #require(stands["steps"][0]["escalation_id"].string)
        return Escalated(workflow: workflow, agent: agent, task: task, id: id, path: "/v1/escalations/\(id)")
    }

    private func resolve(_ escalated: Escalated, _ action: String, _ more: JSONObject = [:]) async throws -> Answer {
        var body: JSONObject = ["action": .string(action), "by": "ops", "reason": "scan \"replaced\""]
        for (name, value) in more { body[name] = value }
        return try await suiteService().post("\(escalated.path)/resolve", .object(body))
    }

    @Test("One is listed and read with all that a person needs, until it is resolved")
    func listed() async throws {
        let service = try suiteService()
        let open = try await escalated()
        let question = try await service.get(open.path)
        #expect(question["status"] == "open")
        #expect(question["error"] == ["code": "damaged", "message": "cannot be read"])
        #expect(question["payload"] == "scan")
        #expect(question["attempts"][0]["agent_id"] == .string(open.agent))
        #expect(question["resolution"].isNull)
        let mine = "/v1/escalations?workflow_id=\(open.workflow)"
        #expect(try await service.get(mine)["escalations"] == [question.listed])
        #expect(try await service.get("\(mine)&status=resolved")["escalations"] == [])
        let all = try await service.get("/v1/escalations?limit=1000")["escalations"].elements
        #expect(all.contains(question.listed))
        try await service.cancel(open.workflow)
        #expect(try await service.get(mine)["escalations"] == [])
        let closed = try await service.get("\(mine)&status=resolved")["escalations"]
        #expect(closed[0]["resolution"]["action"] == "cancelled")
        #expect(try await service.get(open.path).listed == closed[0])
    }

    @Test("retry begins a new round, with another payload if there is one")
    func retry() async throws {
        let service = try suiteService()
        let open = try await escalated()
        let resolved = try await resolve(open, "retry", ["payload": ["text": "better"]])
        #expect(resolved.status == 200)
        #expect(resolved["status"] == "resolved")
        #expect(resolved["resolution"]["action"] == "retry")
        #expect(resolved["resolution"]["by"] == "ops")
        #expect(resolved["resolution"]["reason"] == "scan \"replaced\"")
        let task = try await service.take(open.agent)[0]
        #expect(task["task_id"] == open.task["task_id"])
        #expect(task["attempt"] == 2)
        #expect(task["payload"] == ["text": "better"])
        try await service.complete(task, by: open.agent, "read")
        let next = try await service.take(open.agent)[0]
        #expect(next["payload"] == ["status": "completed", "result": "read"])
    }

    @Test("complete gives the step's result")
    func complete() async throws {
        let service = try suiteService()
        let open = try await escalated()
        #expect(try await resolve(open, "complete", ["result": nil]).status == 200)
        let next = try await service.take(open.agent)[0]
        #expect(next["payload"] == ["status": "completed", "result": nil])
        try await service.complete(next, by: open.agent, "used")
        #expect(try await service.workflow(open.workflow)["output"] == ["read": nil, "use": "used"])
    }

    @Test("skip goes on without a result")
    func skip() async throws {
        let service = try suiteService()
        let open = try await escalated()
        #expect(try await resolve(open, "skip").status == 200)
        let next = try await service.take(open.agent)[0]
        #expect(next["payload"]["status"] == "skipped")
        #expect(next["payload"]["error"]["code"] == "damaged")
        #expect(try await service.workflow(open.workflow)["steps"][0]["status"] == "skipped")
    }

    @Test("fail fails the workflow, and says by whom")
    func fail() async throws {
        let service = try suiteService()
        let open = try await escalated()
        #expect(try await resolve(open, "fail").status == 200)
        let end = try await service.workflow(open.workflow)
        #expect(end["status"] == "failed")
        #expect(end["failure"]["code"] == "failed_by_resolution")
        #expect(end["failure"]["message"].string?.contains("ops") == true)
        #expect(end["steps"][1]["status"] == "cancelled")
    }

    @Test("The second to resolve is told who was faster and with what; of two at once one is")
    func once() async throws {
        let service = try suiteService()
        let open = try await escalated()
        async let left = resolve(open, "skip")
        async let right = resolve(open, "skip")
        #expect(try await [left.status, right.status].sorted() == [200, 409])
        for action in ["retry", "fail"] {
            let late = try await resolve(open, action)
            #expect(late.status == 409)
            #expect(late.type == "/problems/already-resolved")
            #expect(late.detail.hasPrefix("The escalation was resolved by ops with 'skip' at 2"))
        }
        try await service.cancel(open.workflow)
        #expect(try await resolve(open, "retry").status == 409)
    }

    @Test("A result that comes late resolves it")
    func late() async throws {
        let service = try suiteService()
        let open = try await escalated()
        #expect(try await service.complete(open.task, by: open.agent, "after all").status == 200)
        let answer = try await resolve(open, "skip")
        #expect(answer.status == 409)
        #expect(answer.detail.hasPrefix("The escalation was resolved with 'answered' at 2"))
        #expect(try await service.workflow(open.workflow)["steps"][0]["result"] == "after all")
    }
}
