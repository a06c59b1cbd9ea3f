import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

@testable import ServiceAPI

/// Tools and resources on a real service: they do what the API does.
@Suite("Tools for models", .service, .timeLimit(.minutes(1)))
struct ModelContextTests {
    private func ask(_ method: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
        let answer = try await suiteService().post(
            "/mcp", ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": parameters])
        try #require(answer.status == 200, "\(answer)")
        return answer.body
    }

    /// What a tool gave, for programs; the text for models says the same.
    private func call(_ tool: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
        let result = try await ask("tools/call", ["name": .string(tool), "arguments": .object(arguments)])["result"]
        try #require(result["isError"] == false, "\(result)")
        let text = try #require(result["content"][0]["text"].string)
        let said = JSONValue(parsing: try JSONText(validating: Array(text.utf8), limits: JSONLimits(maximumDepth: 80)))
        #expect(said == result["structuredContent"])
        return result["structuredContent"]
    }

    @Test("The definitions name each tool, with the parameters of its operation's path among those required")
    func definitions() async throws {
        let tools = try await ask("tools/list")["result"]["tools"].elements
        #expect(tools.map { $0["name"].string } == Tool.all.map(\.name))
        for (definition, tool) in zip(tools, Tool.all) {
            #expect(definition["description"].string?.isEmpty == false)
            let schema = definition["inputSchema"]
            #expect(schema["type"] == "object")
            #expect(schema["additionalProperties"] == false)
            let required = Set(schema["required"].elements.compactMap(\.string))
            #expect(required.isSubset(of: schema["properties"].members.keys))
            for part in tool.operation.path.split(separator: "/") where part.hasPrefix("{") {
                #expect(required.contains(String(part.dropFirst().dropLast())))
            }
            let isReading = tool.operation.method == .get
            #expect(definition["annotations"]["readOnlyHint"] == .bool(isReading))
            let described = try #require(ContractDocument.shared.operations.first { $0.id == tool.operation.id })
            let known = described.description["parameters"].elements.map(ContractDocument.shared.resolved)
                .filter { $0["in"] == "query" }.compactMap { $0["name"].string }
            #expect(Set(known).isSubset(of: schema["properties"].members.keys), "\(tool.name)")
        }
    }

    @Test("A workflow is started, watched, explained, helped and read through tools alone")
    func life() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let plan: JSONObject = [
            "name": "asked", "input": "i", "labels": ["of": .string(type)],
            "steps": [["id": "only", "task_type": .string(type)]], "idempotency_key": .string("key-\(type)"),
        ]
        let started = try await call("start_workflow", plan)
        let id = started["id"]
        #expect(try await call("start_workflow", plan)["id"] == id)

        let why = try await call("explain_workflow", ["workflow_id": id])
        #expect(why["steps"][0]["step_id"] == "only")
        let found = try await call("list_workflows", ["label": [.string("of:\(type)")], "limit": 5])
        #expect(found["workflows"].elements.map { $0["id"] } == [id])
        #expect(try await call("list_agents")["agents"].elements.contains { $0["id"] == .string(agent) })
        #expect(
            try await call("list_task_types", ["limit": 1000])["task_types"].elements
                .contains { $0["task_type"] == .string(type) })

        let task = try await service.take(agent)[0]
        try await service.ask(task, by: agent, "which?")
        let open = try await call("list_escalations", ["workflow_id": id])["escalations"]
        let escalation = open[0]["id"]
        #expect(try await call("get_escalation", ["escalation_id": escalation])["question"] == "which?")
        let resolved = try await call(
            "resolve_escalation",
            ["escalation_id": escalation, "action": "answer", "answer": "this", "by": "model", "reason": "was told"])
        #expect(resolved["resolution"]["answer"] == "this")

        let again = try await service.take(agent)[0]
        #expect(again["answer"] == "this")
        try await service.complete(again, by: agent, "done")
        let ended = try await call("get_workflow", ["workflow_id": id, "wait": "20s"])
        #expect(ended["status"] == "completed")
        #expect(ended["output"] == ["only": "done"])
        let events = try await call("workflow_history", ["workflow_id": id, "limit": 100])["events"].elements
        #expect(events.last?["type"] == "workflow_completed")
    }

    @Test("Steps are added, and a workflow is cancelled")
    func external() async throws {
        let started = try await call("start_workflow", ["name": "own", "coordinator": "external"])
        let added = try await call(
            "add_steps", ["workflow_id": started["id"], "steps": [["id": "a", "result": 1]], "wait": "1s"])
        #expect(added["steps"][0]["result"] == 1)
        let cancelled = try await call("cancel_workflow", ["workflow_id": started["id"], "reason": "no need"])
        #expect(cancelled["status"] == "cancelled")
    }

    @Test("A resource is what the API has at the same path")
    func resources() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let id = try await service.start(["name": "read", "coordinator": "external", "labels": ["of": .string(type)]])
        // Only what no other test changes meanwhile.
        for path in [
            "workflows/\(id)", "workflows/\(id)/history", "workflows?label=of:\(type)&limit=1",
            "escalations?workflow_id=\(id)",
        ] {
            let read = try await ask("resources/read", ["uri": .string("ganglion://\(path)")])["result"]["contents"]
            #expect(read[0]["uri"] == .string("ganglion://\(path)"))
            #expect(try await read[0]["text"].string == service.get("/v1/\(path)").text)
        }
        // This one has the time at which it was asked.
        let why = try await ask("resources/read", ["uri": .string("ganglion://workflows/\(id)/why")])
        let text = try #require(why["result"]["contents"][0]["text"].string)
        let explained = JSONValue(parsing: try JSONText(validating: Array(text.utf8)))
        #expect(explained["workflow_id"] == .string(id))
        #expect(explained["status"] == "running")

        let templates = try await ask("resources/templates/list")["result"]["resourceTemplates"].elements
        #expect(templates.contains { $0["uriTemplate"] == "ganglion://workflows/{workflow_id}" })
        let list = try await ask("resources/list")["result"]["resources"].elements.compactMap { $0["uri"].string }
        #expect(list.contains("ganglion://workflows"))
        #expect(list.contains("ganglion://workflows/\(id)"))
        #expect(!list.contains { $0.contains("{") })
    }

    @Test(
        "Resources that nothing has, and cursors of nobody, are told with the protocol's codes",
        arguments: [
            ("ganglion://workflows/wf_0_00000000000000000000000000", -32002, "No workflow has the id"),
            ("ganglion://nodes", -32002, "there are ganglion://workflows"),
            ("ganglion://workflows/", -32002, "There is no resource"),
            ("file:///etc/passwd", -32002, "There is no resource"),
            ("ganglion://workflows?limit=0", -32602, "limit: expected a whole number from 1 to 1000, found '0'"),
            ("ganglion://workflows?wait=1s", -32602, "there is no such parameter here"),
        ])
    func wrongResources(_ uri: String, _ code: Int, _ says: String) async throws {
        let error = try await ask("resources/read", ["uri": .string(uri)])["error"]
        #expect(error["code"].integer == code)
        #expect(error["message"].string?.contains(says) == true, "\(error)")
    }
}
