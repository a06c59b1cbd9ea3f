import HTTP
import HTTPTypes
import JSON

/// Speaks the Model Context Protocol over its streamable HTTP transport, without streams and sessions: each message is
/// answered at once, and by itself (modelcontextprotocol.io/specification/2025-06-18/basic/transports).
enum CallModelContext: Operation {
    static let id = "callModelContext"
    static let method = HTTPRequest.Method.post
    static let path = "/mcp"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try Origin.check(request)
        try QueryReader(request).finish()
        let body = JSONNode(try request.json())
        let messages = try RPCMessage.list(body)
        let isBatch = body.kind == .array
        try checkVersion(request, messages, isBatch: isBatch)
        let context = ModelContext(offer: APIOffer(service: service, request: request))
        var answers: [JSONText] = []
        for case .request(let question) in messages { answers.append(await context.answer(question)) }
        guard let first = answers.first else { return Response(status: .accepted) }
        return Response(
            status: .ok, headerFields: [.contentType: "application/json"],
            body: isBatch ? JSONText(array: answers).bytes : first.bytes)
    }

    /// What a client and a server agreed on comes with each request but the one that asks for that. From clients that
    /// say nothing it is the older one.
    private static func checkVersion(
        _ request: Request, _ messages: [RPCMessage], isBatch: Bool
    ) throws(ProblemDocument) {
        let field = "MCP-Protocol-Version"
        guard let name = HTTPField.Name(field), let text = request.headerFields[name] else { return }
        if case .request(let question)? = messages.first, !isBatch, question.method == "initialize" { return }
        guard let version = ModelContextVersion(rawValue: text) else {
            let allowed = ModelContextVersion.allCases.map(\.rawValue).joined(separator: ", ")
            throw .header(field, "'\(text.prefix(64))' is not one of: \(allowed)")
        }
        if isBatch, version != .march2025 {
            throw .invalid([JSONProblem(pointer: "", detail: "expected one message: \(text) has no batches")])
        }
    }
}

extension JSONText {
    fileprivate init(array elements: [JSONText]) {
        var writer = JSONWriter()
        writer.array(elements) { $0.raw($1) }
        self = writer.text
    }
}
