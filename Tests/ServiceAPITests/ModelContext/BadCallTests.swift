import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

@testable import ServiceAPI

/// What is wrong with a call is for the model, as a tool's result; what is no message is refused as the API refuses it.
@Suite("Bad calls of tools", .service, .timeLimit(.minutes(1)))
struct BadCallTests {
    private static let nobody: JSONValue = "wf_0_00000000000000000000000000"

    @Test(
        "Arguments are refused by the operation, with their places and what is allowed",
        arguments: [
            ("start_workflow", ["name": "a", "steps": [["id": "1", "task_type": "t"]]], "/steps/0/id: '1' "),
            ("start_workflow", ["nme": "a", "steps": []], "/nme: no field is called 'nme' here; did you mean 'name'?"),
            ("start_workflow", ["name": "a", "wait": "1 s"], "wait: '1 s' is not a duration"),
            (
                "start_workflow", ["name": "a", "wait": ["1s", "2s"]],
                "wait: it may be given once, and is given 2 times"
            ),
            ("start_workflow", ["name": "a", "idempotency_key": "a b"], "Idempotency-Key: expected 1 to 255 visible"),
            ("start_workflow", ["name": "a", "idempotency_key": "a\nb"], "Idempotency-Key: expected 1 to 255 visible"),
            (
                "start_workflow", ["name": "a", "idempotency_key": 1],
                "/idempotency_key: expected a string, found a number"
            ),
            ("get_workflow", [:], "/workflow_id: the field 'workflow_id' is missing"),
            ("get_workflow", ["workflow_id": 1], "/workflow_id: expected a string, found a number"),
            ("get_workflow", ["workflow_id": "../nodes"], "No workflow has the id '../nodes'"),
            ("get_workflow", ["workflow_id": nobody], "Unknown workflow: No workflow has the id"),
            ("get_workflow", ["workflow_id": nobody, "wait": "61s"], "wait: 61s is more than the limit of 1m"),
            (
                "get_workflow", ["workflow_id": nobody, "wait": nil],
                "/wait: expected a string or a whole number, found null"
            ),
            (
                "get_workflow", ["workflow_id": nobody, "wai": "1s"],
                "there is no such parameter here; did you mean 'wait'?"
            ),
            ("list_workflows", ["limit": 0], "limit: expected a whole number from 1 to 1000, found '0'"),
            ("list_workflows", ["limit": .double(1.5)], "/limit: expected a string or a whole number, found a number"),
            ("list_workflows", ["status": "done"], "'done' is not one of: running, "),
            (
                "list_workflows", ["label": ["a:b", ["c"]]],
                "/label/1: expected a string or a whole number, found an array"
            ),
            ("list_workflows", ["cursor": "a&limit=1"], "cursor: expected the 'next_cursor' of the page before"),
            (
                "cancel_workflow", ["workflow_id": nobody, "idempotency_key": "k"],
                "/idempotency_key: no field is called"
            ),
            (
                "resolve_escalation", ["escalation_id": "esc_0_00000000000000000000000000_1", "action": "redo"],
                "/action: 'redo' is not one of: retry, complete, skip, fail, answer\n/by: the field 'by' is missing"
            ),
            ("list_agents", [1], "expected an object, found an array"),
        ] as [(String, JSONValue, String)])
    func arguments(_ tool: String, _ arguments: JSONValue, _ says: String) async throws {
        let answer = try await suiteService().post(
            "/mcp",
            [
                "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": ["name": .string(tool), "arguments": arguments],
            ])
        let result = answer["result"]
        #expect(result["isError"] == true, "\(answer)")
        #expect(result["content"][0]["text"].string?.contains(says) == true, "\(result)")
        var checker = SchemaChecker(contract: .shared)
        checker.check(result["structuredContent"], ["$ref": "#/components/schemas/Problem"], at: "")
        #expect(checker.problems == [])
    }

    @Test("A tool that nobody has is an error of the protocol")
    func unknownTool() async throws {
        let answer = try await suiteService().post(
            "/mcp", ["jsonrpc": "2.0", "id": "a", "method": "tools/call", "params": ["name": "get_workflw"]])
        #expect(answer["error"]["code"] == -32602)
        #expect(answer["error"]["message"] == "Unknown tool: 'get_workflw'; did you mean 'get_workflow'?")
    }

    @Test(
        "What is no message is refused as a whole",
        arguments: [
            BadRequest.body("/mcp", "1", at: "", "expected an object, found a number"),
            .body("/mcp", "[]", at: "", "expected 1 to 16 messages in a batch, found 0"),
            .body("/mcp", "[\(Array(repeating: "1", count: 17).joined(separator: ","))]", at: "", "found 17"),
            .body("/mcp", #"{"id": 1, "method": "ping"}"#, at: "/jsonrpc", "the field 'jsonrpc' is missing"),
            .body("/mcp", #"{"jsonrpc": "1.0", "method": "ping"}"#, at: "/jsonrpc", "expected '2.0', found '1.0'"),
            .body("/mcp", #"{"jsonrpc": "2.0", "id": 1}"#, at: "/method", "the field 'method' is missing"),
            .body("/mcp", #"{"jsonrpc": "2.0", "id": null, "method": "ping"}"#, at: "/id", "a string or a number"),
            .body("/mcp", #"{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}"#, at: "/params", "an object"),
            .body(
                "/mcp", #"[{"jsonrpc": "2.0", "method": "a"}, {"jsonrpc": 2}]"#, at: "/1/jsonrpc", "expected a string"),
            .parameter(.post, "/mcp?a=1", "a", "no such parameter"),
            BadRequest(
                target: "/mcp", headerFields: [.origin: "http://rebound.example:8080"], body: Array("{}".utf8),
                status: 403,
                type: "forbidden-origin", part: "header", place: "Origin", says: "is none of these"),
            BadRequest(
                target: "/mcp", headerFields: [.protocolVersion: "2024-11-05"], body: Array(ping.utf8), status: 400,
                type: "invalid-parameter", part: "header", place: "MCP-Protocol-Version",
                says: "'2024-11-05' is not one of: 2025-03-26, 2025-06-18"),
            BadRequest(
                target: "/mcp", headerFields: [.protocolVersion: "2025-06-18"], body: Array("[\(ping)]".utf8),
                status: 422,
                type: "invalid-request", part: "pointer", says: "2025-06-18 has no batches"),
        ])
    func messages(_ request: BadRequest) async throws {
        var request = request
        if request.target.contains("?") { request.body = Array(Self.ping.utf8) }
        let answer = try await suiteService().send(
            request.method, request.target, request.headerFields, body: request.body)
        request.check(answer)
    }

    private static let ping = #"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#

    @Test("What wants no answer is taken; a batch is answered as one, save what wants none")
    func unanswered() async throws {
        let service = try suiteService()
        for message in [
            ["jsonrpc": "2.0", "method": "notifications/initialized"], ["jsonrpc": "2.0", "id": 1, "result": [:]],
            [["jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": 1]]],
        ] as [JSONValue] {
            let answer = try await service.post("/mcp", message)
            #expect(answer.status == 202)
            #expect(answer.bytes.isEmpty)
        }
        let ping = JSONValue(parsing: try JSONText(validating: Array(Self.ping.utf8)))
        let batch = try await service.post(
            "/mcp", [ping, ["jsonrpc": "2.0", "method": "notifications/initialized"], ping])
        #expect(
            batch.body == [["jsonrpc": "2.0", "id": 1, "result": [:]], ["jsonrpc": "2.0", "id": 1, "result": [:]]])
    }

    @Test("Pages of this machine may call, and a client may say what it hopes for when it begins")
    func allowed() async throws {
        let service = try suiteService()
        let local = try await service.send(
            .post, "/mcp", [.origin: "http://localhost:6274", .protocolVersion: "2025-06-18"],
            body: Array(Self.ping.utf8))
        #expect(local.status == 200)
        let begin = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2099-01-01"}}"#
        let begun = try await service.send(
            .post, "/mcp", [.protocolVersion: "2099-01-01"], body: Array(begin.utf8))
        #expect(begun["result"]["protocolVersion"] == "2025-06-18")
    }

    @Test("There is no stream to listen to, and no session to end", arguments: [HTTPRequest.Method.get, .delete])
    func noStream(_ method: HTTPRequest.Method) async throws {
        #expect(try await suiteService().send(method, "/mcp").status == 405)
    }
}

extension HTTPField.Name {
    fileprivate static let protocolVersion = HTTPField.Name("MCP-Protocol-Version")!
}
