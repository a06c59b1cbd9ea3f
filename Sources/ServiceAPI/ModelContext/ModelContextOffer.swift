import JSON

/// What a server of the Model Context Protocol has for models: tools that they call, and resources that they read.
protocol ModelContextOffer: Sendable {
    /// The server's name, title and version.
    var server: JSONText { get }
    /// What models should know before they begin.
    var instructions: String { get }
    /// The definitions of the tools, as an array.
    var tools: JSONText { get }
    /// How the addresses of resources are made (RFC 6570), as an array.
    var resourceTemplates: JSONText { get }

    /// Does what a tool is for. A call that does not succeed is a result too: the model reads it and mends the call.
    func call(_ tool: String, with arguments: JSONNode) async throws(RPCError) -> ToolResult
    /// The members of a page of resources: `resources`, and `nextCursor` if more follow.
    func resources(after cursor: String?) async throws(RPCError) -> JSONText
    /// A resource's content as JSON.
    func read(_ uri: String) async throws(RPCError) -> JSONText
}

/// What a call gave: an object for programs, and a text for models.
struct ToolResult: Sendable {
    let content: JSONText
    let text: String
    var isError = false

    func write(to writer: inout JSONWriter) {
        writer.name("content")
        writer.array([text]) { writer, text in
            writer.object { writer in
                writer.field("type", "text")
                writer.field("text", text)
            }
        }
        writer.field("structuredContent", raw: content)
        writer.field("isError", isError)
    }
}
