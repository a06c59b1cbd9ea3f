import JSON

/// Why a question of JSON-RPC has no result (jsonrpc.org/specification, 5.1).
struct RPCError: Error, Hashable {
    let code: Int
    let message: String
    var data: JSONText?

    static func unknownMethod(_ name: String) -> RPCError {
        let nearest = Suggestion.text(for: name, among: ModelContextMethod.allCases.map(\.rawValue))
        return RPCError(code: -32601, message: "There is no method '\(name.prefix(64))'\(nearest)")
    }

    static func invalidParameters(_ message: String, data: JSONText? = nil) -> RPCError {
        RPCError(code: -32602, message: message, data: data)
    }

    static func internalError(_ message: String, data: JSONText? = nil) -> RPCError {
        RPCError(code: -32603, message: message, data: data)
    }

    /// The protocol's own code (Resources, Error Handling).
    static func unknownResource(_ message: String, data: JSONText? = nil) -> RPCError {
        RPCError(code: -32002, message: message, data: data)
    }

    func write(to writer: inout JSONWriter) {
        writer.field("code", code)
        writer.field("message", message)
        if let data { writer.field("data", raw: data) }
    }
}
