import JSON

/// The methods of the Model Context Protocol, revision 2025-06-18 (modelcontextprotocol.io/specification/2025-06-18):
/// it knows what is asked and how answers look, and not what the tools do.
///
/// There are no sessions: each question is answered by itself, by whichever node gets it.
struct ModelContext<Offer: ModelContextOffer>: Sendable {
    let offer: Offer

    func answer(_ request: RPCRequest) async -> JSONText {
        do throws(RPCError) {
            return request.answer(.success(try await result(of: request)))
        } catch {
            return request.answer(.failure(error))
        }
    }

    private func result(of request: RPCRequest) async throws(RPCError) -> JSONText {
        guard let method = ModelContextMethod(rawValue: request.method) else {
            throw .unknownMethod(request.method)
        }
        switch method {
        case .initialize: return try initialize(request)
        case .ping: return Self.object { _ in }
        case .listTools: return Self.object { $0.field("tools", raw: offer.tools) }
        case .listResourceTemplates:
            return Self.object { $0.field("resourceTemplates", raw: offer.resourceTemplates) }
        case .callTool: return try await call(request)
        case .listResources: return try await offer.resources(after: Self.text("cursor", of: request))
        case .readResource: return try await read(request)
        }
    }

    private func initialize(_ request: RPCRequest) throws(RPCError) -> JSONText {
        let version = ModelContextVersion.agreed(on: try Self.required("protocolVersion", of: request))
        return Self.object { writer in
            writer.field("protocolVersion", version.rawValue)
            writer.name("capabilities")
            writer.object { writer in
                for capability in ["tools", "resources"] { writer.field(capability, raw: Self.object { _ in }) }
            }
            writer.field("serverInfo", raw: offer.server)
            writer.field("instructions", offer.instructions)
        }
    }

    private func call(_ request: RPCRequest) async throws(RPCError) -> JSONText {
        let name = try Self.required("name", of: request)
        let arguments = request.parameters?.member("arguments") ?? JSONNode(Self.object { _ in })
        let result = try await offer.call(name, with: arguments)
        return Self.object(capacity: 3 * result.content.bytes.count + 256) { result.write(to: &$0) }
    }

    private func read(_ request: RPCRequest) async throws(RPCError) -> JSONText {
        let uri = try Self.required("uri", of: request)
        let content = try await offer.read(uri)
        return Self.object(capacity: 2 * content.bytes.count + 256) { writer in
            writer.name("contents")
            writer.array([content]) { writer, content in
                writer.object { writer in
                    writer.field("uri", uri)
                    writer.field("mimeType", "application/json")
                    writer.field("text", content.string)
                }
            }
        }
    }

    // MARK: Parameters and results

    private static func required(_ name: String, of request: RPCRequest) throws(RPCError) -> String {
        if let text = try text(name, of: request) { return text }
        throw .invalidParameters("\(request.method) needs the parameter '\(name)'")
    }

    private static func text(_ name: String, of request: RPCRequest) throws(RPCError) -> String? {
        guard let node = request.parameters?.member(name) else { return nil }
        guard let text = node.string else {
            throw .invalidParameters("'\(name)' of \(request.method): expected a string, found \(node.kind)")
        }
        return text
    }

    private static func object(capacity: Int = 256, _ write: (inout JSONWriter) -> Void) -> JSONText {
        var writer = JSONWriter(reservingCapacity: capacity)
        writer.object(write)
        return writer.text
    }
}

/// What clients ask for.
enum ModelContextMethod: String, CaseIterable {
    case initialize, ping
    case listTools = "tools/list"
    case callTool = "tools/call"
    case listResources = "resources/list"
    case listResourceTemplates = "resources/templates/list"
    case readResource = "resources/read"
}
