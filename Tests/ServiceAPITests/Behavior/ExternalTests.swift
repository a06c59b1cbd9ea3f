import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

/// Workflows that a program of somebody else coordinates.
@Suite("External workflows", .service, .timeLimit(.minutes(1)))
struct ExternalTests {
    private func start(_ more: JSONObject = [:], _ fields: HTTPFields = [:]) async throws -> String {
        var plan: JSONObject = ["name": "research", "coordinator": "external"]
        for (name, value) in more { plan[name] = value }
        return try await suiteService().start(.object(plan), fields)
    }

    private func add(_ workflow: String, _ steps: JSONValue..., wait: String? = nil) async throws -> Answer {
        try await suiteService().post(
            "/v1/workflows/\(workflow)/steps\(wait.map { "?wait=\($0)" } ?? "")", ["steps": .array(steps)])
    }

    private func task(_ id: String, _ type: String, payload: JSONValue = nil) -> JSONValue {
        ["id": .string(id), "task_type": .string(type), "payload": payload]
    }

    @Test("A program starts one without steps, adds them, waits for their results, and completes it")
    func whole() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let id = try await start(["input": ["topic": "leases"]])
        let begun = try await service.workflow(id)
        #expect(begun["status"] == "running")
        #expect(begun["coordinator"] == "external")
        #expect(begun["steps"] == [])

        let recorded = try await add(id, ["id": "plan", "result": ["n": 2]])
        #expect(recorded.status == 201)
        #expect(recorded["steps"][0]["status"] == "completed")
        #expect(recorded["steps"][0]["result"] == ["n": 2])
        #expect(recorded["steps"][0]["task_type"].isNull)

        async let waiting = add(id, task("search", type, payload: "${input.topic}"), wait: "30s")
        let taken = try await service.take(agent)[0]
        #expect(taken["payload"] == "leases")
        try await service.complete(taken, by: agent, ["found": 3])
        let added = try await waiting
        #expect(added.status == 201)
        #expect(added["workflow_id"] == .string(id))
        #expect(added["status"] == "running")
        #expect(added["steps"][0]["result"] == ["found": 3])

        let again = try await add(id, task("search", type, payload: "${input.topic}"), wait: "30s")
        #expect(again.status == 200)
        #expect(again["steps"] == added["steps"])

        let path = "/v1/workflows/\(id)/complete"
        let end = try await service.post(path, ["output": ["answer": "no"]])
        #expect(end["status"] == "completed")
        #expect(end["output"] == ["answer": "no"])
        #expect(try await service.post(path, ["output": ["answer": "no"]]).body == end.body)
        let other = try await service.post(path, ["output": 1])
        #expect(other.status == 409)
        #expect(other.type == "/problems/workflow-ended")
        let events = try await service.events(id)
        #expect(
            events.map { $0["type"].string ?? "" } == [
                "workflow_started", "step_completed", "step_queued", "step_started", "step_completed",
                "workflow_completed",
            ])
    }

    @Test("A wait that is over says how the steps stand, and is gone on with by asking again")
    func wait() async throws {
        let service = try suiteService()
        let id = try await start()
        let type = TaskType.unique()
        let first = try await add(id, task("a", type), wait: "50ms")
        #expect(first.status == 201)
        #expect(first["steps"][0]["status"] == "queued")
        async let second = add(id, task("a", type), wait: "30s")
        try await service.cancel(id)
        #expect(try await second["status"] == "cancelled")
    }

    @Test("Of two programs the first to record a step wins; the other is given what is recorded")
    func twoPrograms() async throws {
        let id = try await start()
        async let left = add(id, ["id": "plan", "result": ["n": 1]])
        async let right = add(id, ["id": "plan", "result": ["n": 2]])
        let answers = try await [left, right].sorted { $0.status < $1.status }
        #expect(answers.map(\.status) == [201, 409])
        #expect(answers[1].type == "/problems/step-differs")
        #expect(answers[1]["errors"][0]["pointer"] == "/steps/0/result/n")
        #expect(answers[1]["step"] == answers[0]["steps"][0])
    }

    @Test("An ordinary workflow takes no steps and is not ended from outside")
    func ordinary() async throws {
        let service = try suiteService()
        let id = try await service.start(TaskType.unique())
        let refused = [
            try await add(id, ["id": "a", "result": 1]),
            try await service.post("/v1/workflows/\(id)/complete", [:]),
            try await service.post("/v1/workflows/\(id)/fail", ["error": ["code": "a", "message": ""]]),
        ]
        for answer in refused {
            #expect(answer.status == 409)
            #expect(answer.type == "/problems/not-external")
        }
    }

    @Test("Steps that are not acceptable are told with their places, and none is added")
    func invalid() async throws {
        let service = try suiteService()
        let id = try await start()
        let answer = try await add(
            id, ["id": "good", "result": 1], ["id": "b c", "task_type": "t"], ["id": "d", "task_type": "t", "x": 1])
        #expect(answer.status == 422)
        #expect(answer["errors"].elements.map { $0["pointer"] } == ["/steps/1/id", "/steps/2/x"])
        #expect(try await service.workflow(id)["steps"] == [])
    }

    @Test("The same key finds the workflow again, with all that is recorded")
    func key() async throws {
        let service = try suiteService()
        let fields: HTTPFields = [.idempotencyKey: "research 1".replacing(" ", with: "-")]
        let id = try await start(["input": 1], fields)
        _ = try await add(id, ["id": "plan", "result": 5])
        let found = try await service.post(
            "/v1/workflows", ["name": "research", "coordinator": "external", "input": 1], fields)
        #expect(found.status == 200)
        #expect(found["id"] == .string(id))
        #expect(found["steps"][0]["result"] == 5)
    }

    @Test("A program fails its workflow with a reason, and what is open is cancelled")
    func fail() async throws {
        let service = try suiteService()
        let id = try await start()
        _ = try await add(id, task("a", TaskType.unique()))
        let end = try await service.post(
            "/v1/workflows/\(id)/fail", ["error": ["code": "no_sources", "message": "nothing was found"]])
        #expect(end["status"] == "failed")
        #expect(end["failure"] == ["code": "no_sources", "message": "nothing was found"])
        #expect(end["steps"][0]["status"] == "cancelled")
    }
}
