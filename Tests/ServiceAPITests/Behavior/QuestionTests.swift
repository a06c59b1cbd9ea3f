import HTTP
import JSON
import OrderedCollections
import Testing

/// What agents ask, and how the answers come back to them.
@Suite("Questions", .service, .timeLimit(.minutes(1)))
struct QuestionTests {
    private struct Asker {
        let type: String
        let workflow: String
        let agent: String
        let task: JSONValue
        var path: String { "/v1/tasks/\(task["task_id"].string ?? "")/escalate" }
    }

    private func asker(step: JSONObject = [:]) async throws -> Asker {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type, step: step)
        return Asker(type: type, workflow: workflow, agent: agent, task: try await service.take(agent)[0])
    }

    private func ask(_ asker: Asker, _ question: JSONObject = ["question": "which?"]) async throws -> Answer {
        var body: JSONObject = ["agent_id": .string(asker.agent), "attempt": asker.task["attempt"]]
        for (name, value) in question { body[name] = value }
        return try await suiteService().post(asker.path, .object(body))
    }

    private func answer(_ escalation: String, _ answer: JSONValue) async throws -> Answer {
        try await suiteService().post(
            "/v1/escalations/\(escalation)/resolve",
            ["action": "answer", "answer": answer, "by": "ops", "reason": "it says so"])
    }

    @Test("A question parks its task, is shown to people, and its answer comes with the next attempt")
    func asked() async throws {
        let service = try suiteService()
        let asker = try await asker(step: ["payload": "p"])
        let asked = try await ask(
            asker, ["question": "which?", "options": ["a", 2], "context": ["page": 4], "usage": ["tokens": 1]])
        #expect(asked["status"] == "accepted")
        let id = try #require(asked["escalation_id"].string)
        let stands = try await service.workflow(asker.workflow)
        #expect(stands["status"] == "escalated")
        #expect(stands["steps"][0]["status"] == "escalated")
        #expect(stands["steps"][0]["escalation_id"] == .string(id))
        #expect(stands["steps"][0]["failure"].isNull)

        let open = try await service.get("/v1/escalations/\(id)")
        #expect(open["kind"] == "question")
        #expect(open["question"] == "which?")
        #expect(open["options"] == ["a", 2])
        #expect(open["context"] == ["page": 4])
        #expect(open["payload"] == "p")
        #expect(open["attempts"][0]["question"] == "which?")
        let list = try await service.get("/v1/escalations?workflow_id=\(asker.workflow)")
        #expect(list["escalations"] == [open.listed])

        let resolved = try await answer(id, 2)
        #expect(resolved.status == 200)
        #expect(resolved["resolution"]["action"] == "answer")
        #expect(resolved["resolution"]["answer"] == 2)
        let task = try await service.take(asker.agent)[0]
        #expect(task["attempt"] == 2)
        #expect(task["payload"] == "p")
        #expect(task["answer"] == 2)
        #expect(task["escalation_id"] == .string(id))
        #expect(task["answers"] == [["escalation_id": .string(id), "question": "which?", "answer": 2]])
        try await service.complete(task, by: asker.agent, "done")
        #expect(try await service.workflow(asker.workflow)["status"] == "completed")
    }

    @Test("The same question once more is a duplicate that names its escalation, before and after the answer")
    func duplicate() async throws {
        let asker = try await asker()
        let asked = try await ask(asker)
        for _ in 0..<2 {
            let again = try await ask(asker)
            #expect(again["status"] == "duplicate")
            #expect(again["escalation_id"] == asked["escalation_id"])
        }
        #expect(try await answer(asked["escalation_id"].string ?? "", nil).status == 200)
        #expect(try await ask(asker)["status"] == "duplicate")
        let other = try await ask(asker, ["question": "what?"])
        #expect(other.status == 409)
        #expect(other.type == "/problems/attempt-over")
    }

    @Test("An answer that is none of the options is refused, and says which there are")
    func notAnOption() async throws {
        let asker = try await asker()
        let asked = try await ask(asker, ["question": "which?", "options": ["a", ["n": 1]]])
        let id = asked["escalation_id"].string ?? ""
        let refused = try await answer(id, "b")
        #expect(refused.status == 422)
        #expect(refused["errors"][0]["pointer"] == "/answer")
        #expect(
            refused["errors"][0]["detail"].string == #"the question has to be answered with one of: "a", {"n":1}"#)
        #expect(try await answer(id, ["n": 1]).status == 200)
    }

    @Test("Only a question can be answered")
    func notAQuestion() async throws {
        let service = try suiteService()
        let asker = try await asker()
        try await service.fail(asker.task, by: asker.agent, retryable: false)
        let id = try await service.workflow(asker.workflow)["steps"][0]["escalation_id"].string ?? ""
        let refused = try await answer(id, 1)
        #expect(refused.status == 422)
        #expect(refused["errors"][0]["pointer"] == "/action")
    }

    @Test("Questions are handed in with a take, like results")
    func batch() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 2)
        for _ in 0..<2 { _ = try await service.start(type) }
        let tasks = try await service.take(agent, max: 2)
        let finished = tasks.map { task -> JSONValue in
            ["task_id": task["task_id"], "attempt": 1, "question": ["question": "which?", "options": [1]]]
        }
        let take = try await service.post("/v1/agents/\(agent)/tasks", ["finished": .array(finished)])
        #expect(take["accepted"].elements.count == 2)
        for task in tasks {
            let open = try await service.get("/v1/escalations?workflow_id=\(task["workflow_id"].string ?? "")")
            #expect(open["escalations"][0]["question"] == "which?")
        }
        let again = try await service.post("/v1/agents/\(agent)/tasks", ["finished": .array(finished)])
        #expect(again["accepted"].elements.count == 2, "what counted is accepted again")
    }

    @Test("Nobody else may ask")
    func notHeld() async throws {
        let service = try suiteService()
        let asker = try await asker()
        let other = try await service.register(asker.type)
        let refused = try await service.post(
            asker.path, ["agent_id": .string(other), "attempt": 1, "question": "which?"])
        #expect(refused.status == 409)
        #expect(refused.type == "/problems/task-not-held")
    }
}
