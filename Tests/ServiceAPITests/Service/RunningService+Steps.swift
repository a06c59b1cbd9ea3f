import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import RedisStreams
import Synchronization
import TestKit
import Testing

/// Task types that no other test has.
enum TaskType {
    private static let count = Atomic(0)
    static func unique() -> String { "type\(count.add(1, ordering: .relaxed).newValue)" }
}

/// The steps that most tests begin with; each requires that it worked.
extension RunningService {
    /// Starts a workflow, and gives its id.
    func start(_ plan: JSONValue, _ fields: HTTPFields = [:]) async throws -> String {
        let answer = try await post("/v1/workflows", plan, fields)
        try #require(answer.status == 201, "\(answer)")
        return try #require(answer["id"].string)
    }

    /// A workflow of one step.
    func start(_ type: String, step: JSONObject = [:], input: JSONValue = nil) async throws -> String {
        var fields: JSONObject = ["id": "step", "task_type": .string(type)]
        for (name, value) in step { fields[name] = value }
        return try await start(["name": "one-step", "input": input, "steps": [.object(fields)]])
    }

    func register(_ types: String..., slots: Int = 1) async throws -> String {
        let answer = try await post(
            "/v1/agents",
            [
                "name": "agent", "capabilities": .array(types.map(JSONValue.string)),
                "slots": .integer(Int64(slots)),
            ])
        try #require(answer.status == 201, "\(answer)")
        return try #require(answer["id"].string)
    }

    /// Takes tasks for an agent that works on nothing, as many as it wants.
    func take(_ agent: String, max: Int = 1) async throws -> [JSONValue] {
        let answer = try await post("/v1/agents/\(agent)/tasks?wait=10s", ["max": .integer(Int64(max))])
        let tasks = answer["tasks"].elements
        try #require(tasks.count == max, "\(answer)")
        return tasks
    }

    @discardableResult
    func complete(_ task: JSONValue, by agent: String, _ result: JSONValue) async throws -> Answer {
        try await post(
            "/v1/tasks/\(task["task_id"].string ?? "")/complete",
            ["agent_id": .string(agent), "attempt": task["attempt"], "result": result])
    }

    @discardableResult
    func fail(_ task: JSONValue, by agent: String, retryable: Bool) async throws -> Answer {
        let error: JSONValue = ["code": "damaged", "message": "cannot be read", "retryable": .bool(retryable)]
        return try await post(
            "/v1/tasks/\(task["task_id"].string ?? "")/fail",
            ["agent_id": .string(agent), "attempt": task["attempt"], "error": error])
    }

    @discardableResult
    func ask(_ task: JSONValue, by agent: String, _ question: String) async throws -> Answer {
        try await post(
            "/v1/tasks/\(task["task_id"].string ?? "")/escalate",
            ["agent_id": .string(agent), "attempt": task["attempt"], "question": .string(question)])
    }

    @discardableResult
    func progress(_ task: JSONValue, by agent: String, _ report: JSONObject = [:]) async throws -> Answer {
        var fields: JSONObject = ["agent_id": .string(agent), "attempt": task["attempt"]]
        for (name, value) in report { fields[name] = value }
        return try await post("/v1/tasks/\(task["task_id"].string ?? "")/progress", .object(fields))
    }

    func cancel(_ workflow: String) async throws {
        let answer = try await send(.post, "/v1/workflows/\(workflow)/cancel")
        try #require(answer.status == 200, "\(answer)")
    }

    func workflow(_ id: String) async throws -> Answer {
        try await get("/v1/workflows/\(id)")
    }

    /// The types of what happened, in order.
    func events(_ workflow: String) async throws -> [JSONValue] {
        try await get("/v1/workflows/\(workflow)/history?limit=1000")["events"].elements
    }

    /// What is in Redis beside the node's own keys and what it publishes.
    func keys() async throws -> [String] {
        let found = try await redis.command("KEYS", "*").array ?? []
        let own = [":default:node", ":default:index:nodes", ":default:expiry", ":default:agent_scripts"]
        return found.compactMap(\.string).filter { key in !own.contains(where: key.contains) }.sorted()
    }
}
