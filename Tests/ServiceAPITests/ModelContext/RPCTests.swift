import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

@testable import ServiceAPI

/// The protocol alone: messages in, messages out, and what is offered made up.
@Suite("The Model Context Protocol")
struct RPCTests {
    /// Offers one tool, which gives its arguments back, and says what it was asked.
    private struct Echo: ModelContextOffer {
        var server: JSONText { JSONText(["name": "echo", "version": "1"]) }
        var instructions: String { "Listen." }
        var tools: JSONText { JSONText([["name": "echo"]]) }
        var resourceTemplates: JSONText { JSONText([["uriTemplate": "echo://{id}"]]) }

        func call(_ tool: String, with arguments: JSONNode) async throws(RPCError) -> ToolResult {
            guard tool == "echo" else { throw .invalidParameters("Unknown tool: \(tool)") }
            return ToolResult(content: arguments.text, text: "heard \(arguments.text)", isError: false)
        }

        func resources(after cursor: String?) async throws(RPCError) -> JSONText {
            JSONText(["resources": [], "nextCursor": .string("\(cursor ?? "none")+1")])
        }

        func read(_ uri: String) async throws(RPCError) -> JSONText { JSONText(["read": .string(uri)]) }
    }

    private func ask(_ method: String, _ parameters: JSONValue? = nil, id: JSONValue = 7) async throws -> JSONValue {
        var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        if let parameters { message["params"] = parameters }
        let messages = try RPCMessage.list(JSONNode(JSONText(.object(message))))
        guard case .request(let request)? = messages.first else {
            Issue.record("\(method) is not read as a question")
            return nil
        }
        let answer = await ModelContext(offer: Echo()).answer(request)
        let value = JSONValue(parsing: try JSONText(validating: answer.bytes))
        #expect(value["jsonrpc"] == "2.0")
        #expect(value["id"] == id)
        return value
    }

    @Test(
        "A revision that is known is agreed on; of any other the latest is offered",
        arguments: [
            ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"), ("2024-11-05", "2025-06-18"),
            ("", "2025-06-18"),
        ])
    func initialize(_ asked: String, _ agreed: String) async throws {
        let answer = try await ask("initialize", ["protocolVersion": .string(asked), "capabilities": [:]])
        #expect(
            answer["result"] == [
                "protocolVersion": .string(agreed), "capabilities": ["tools": [:], "resources": [:]],
                "serverInfo": ["name": "echo", "version": "1"], "instructions": "Listen.",
            ])
    }

    @Test("Each method's answer is what the protocol says")
    func methods() async throws {
        #expect(try await ask("ping")["result"] == [:])
        #expect(try await ask("tools/list")["result"] == ["tools": [["name": "echo"]]])
        #expect(
            try await ask("resources/templates/list")["result"]
                == ["resourceTemplates": [["uriTemplate": "echo://{id}"]]])
        #expect(try await ask("resources/list")["result"]["nextCursor"] == "none+1")
        #expect(try await ask("resources/list", ["cursor": "c"])["result"]["nextCursor"] == "c+1")
        #expect(
            try await ask("resources/read", ["uri": "echo://\"1\""])["result"] == [
                "contents": [
                    [
                        "uri": "echo://\"1\"", "mimeType": "application/json",
                        "text": #"{"read":"echo://\"1\""}"#,
                    ]
                ]
            ])
        let called = try await ask("tools/call", ["name": "echo", "arguments": ["a": [1, "é"]]])
        #expect(called["result"]["structuredContent"] == ["a": [1, "é"]])
        #expect(called["result"]["content"] == [["type": "text", "text": #"heard {"a":[1,"é"]}"#]])
        #expect(called["result"]["isError"] == false)
        #expect(try await ask("tools/call", ["name": "echo"])["result"]["structuredContent"] == [:])
    }

    @Test("An id comes back as it was written", arguments: ["text", "", 0, -1, .double(1.5)] as [JSONValue])
    func ids(_ id: JSONValue) async throws { #expect(try await ask("ping", id: id)["result"] == [:]) }

    @Test(
        "What cannot be answered is an error with the code that the protocol has for it",
        arguments: [
            ("tools/cal", nil, -32601, "There is no method 'tools/cal'; did you mean 'tools/call'?"),
            ("prompts/list", nil, -32601, "There is no method 'prompts/list'"),
            ("initialize", nil, -32602, "initialize needs the parameter 'protocolVersion'"),
            ("initialize", ["protocolVersion": 1], -32602, "expected a string, found a number"),
            ("tools/call", [:], -32602, "tools/call needs the parameter 'name'"),
            ("tools/call", ["name": "ech"], -32602, "Unknown tool: ech"),
            ("resources/read", [:], -32602, "resources/read needs the parameter 'uri'"),
            ("resources/list", ["cursor": 1], -32602, "expected a string, found a number"),
        ] as [(String, JSONValue?, Int, String)])
    func errors(_ method: String, _ parameters: JSONValue?, _ code: Int, _ says: String) async throws {
        let answer = try await ask(method, parameters)
        #expect(answer["result"].isNull)
        #expect(answer["error"]["code"].integer == code)
        #expect(answer["error"]["message"].string?.contains(says) == true, "\(answer)")
    }

    @Test(
        "Only origins of this machine are",
        arguments: [
            ("http://localhost", true), ("https://localhost:6274", true), ("http://127.0.0.1:3000", true),
            ("http://[::1]:3000", true), ("http://LOCALHOST", true), ("http://localhost.evil.example", false),
            ("http://localhost:80@evil.example", false), ("http://evil.example", false), ("http://localhost:", false),
            ("http://localhost:1234567", false), ("http://127.0.0.1.evil.example", false), ("null", false), ("", false),
            ("file://localhost", false), ("http://localhost/", false), ("http://localhost, http://evil.example", false),
        ])
    func origins(_ origin: String, _ isAllowed: Bool) { #expect(Origin.isOfThisMachine(origin) == isAllowed) }
}
