import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

/// Plans that are checked and not run, and what of a run's plan and steps can be read.
@Suite("Plans", .service, .timeLimit(.minutes(1)))
struct PlanTests {
    @Test("A check finds what a start would, and starts nothing")
    func check() async throws {
        let service = try suiteService()
        let label = TaskType.unique()
        let steps: JSONValue = [
            ["id": "b", "task_type": "two"],
            ["id": "a", "task_type": "one", "after": ["b"], "payload": "${steps.b.result}"],
        ]
        let plan: JSONValue = ["name": "a", "input": 7, "labels": ["of": .string(label)], "steps": steps]
        let checked = try await service.post("/v1/plans/check", plan)
        #expect(checked.status == 200)
        #expect(checked["name"] == "a" && checked["steps"] == 2 && checked["task_types"] == ["one", "two"])
        #expect(try await service.get("/v1/workflows?label=of:\(label)")["workflows"] == [])

        let wrong: JSONValue = ["name": "a", "steps": [["id": "a", "task_type": "one", "after": ["a"]]]]
        let found = try await service.post("/v1/plans/check", wrong)
        let started = try await service.post("/v1/workflows", wrong)
        #expect(found.status == 422 && found["errors"] == started["errors"])
    }

    @Test("A plan is given as it was sent, with what was added and without its input")
    func plan() async throws {
        let service = try suiteService()
        let plan: JSONValue = [
            "name": "a", "labels": ["who": "acme"], "steps": [["id": "a", "task_type": "one", "payload": "${input}"]],
            "output": "${steps.a.result}",
        ]
        let workflow = try await service.start(.object(plan.members.merging(["input": [1, 2]]) { $1 }))
        let accepted = try await service.get("/v1/workflows/\(workflow)/plan")
        #expect(accepted["plan"] == plan && accepted["input"] == [1, 2])

        let external = try await service.start(["name": "b", "coordinator": "external"])
        let added: JSONValue = ["id": "a", "task_type": "one", "timeout": "1m"]
        try await service.post("/v1/workflows/\(external)/steps", ["steps": [["id": "r", "result": 1], added]])
        let grown = try await service.get("/v1/workflows/\(external)/plan")
        #expect(grown["plan"]["steps"][0]["id"] == "r" && grown["plan"]["steps"][1] == added && grown["input"].isNull)
        #expect(try await service.get("/v1/workflows/\(BadBodies.workflow)/plan").status == 404)
    }

    @Test("A step is read with its payload, once that is known, and all its attempts")
    func step() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let first: JSONValue = ["id": "a", "task_type": .string(type), "retry": ["initial_backoff": "0ms"]]
        let second: JSONValue = [
            "id": "b", "task_type": .string(type), "after": ["a"], "payload": ["of": "${steps.a.result}"],
        ]
        let workflow = try await service.start(["name": "a", "input": 7, "steps": [first, second]])
        let path = "/v1/workflows/\(workflow)/steps"
        try await service.fail(try await service.take(agent)[0], by: agent, retryable: true)
        try await service.complete(try await service.take(agent)[0], by: agent, "x")
        let details = try await service.get("\(path)/a")
        #expect(details["step"] == (try await service.workflow(workflow))["steps"][0])
        #expect(details["attempts"].elements.map { $0["attempt"] } == [1, 2])
        #expect(details["attempts"][0]["error"]["code"].string != nil)
        #expect(details["payload"] == ["input": 7, "results": [:]])
        #expect(try await service.get("\(path)/b")["payload"] == ["of": "x"])
        let unknown = try await service.get("\(path)/c")
        #expect(unknown.status == 404 && unknown.type == "/problems/unknown-step")
    }
}
