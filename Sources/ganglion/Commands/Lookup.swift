import GanglionClient
import WorkflowCore

/// Finds what somebody means by the beginning of an id: `wf_0_3vq8`, or `3vq8`, if only one has it.
struct Lookup: Sendable {
    let session: ServiceSession

    /// So many of the newest are looked through.
    private static let longest = 2000
    private static let page = 500
    /// So many are named when several begin like that.
    private static let named = 8

    func workflow(_ text: String) async throws -> String {
        if WorkflowID(text) != nil { return text }
        return try await find(text, "workflow", ["v1", "workflows"], "workflows", prefix: "wf_0_")
    }

    /// Of the open ones, if the whole id is not said.
    func escalation(_ text: String) async throws -> String {
        if EscalationID(text) != nil { return text }
        return try await find(text, "open escalation", ["v1", "escalations"], "escalations", prefix: "esc_0_")
    }

    /// An agent may be meant by its name, too.
    func agent(_ text: String) async throws -> String {
        if AgentID(text) != nil { return text }
        return try await find(text, "agent", ["v1", "agents"], "agents", prefix: "agent_")
    }

    private func find(
        _ text: String, _ thing: String, _ path: [String], _ list: String, prefix: String
    ) async throws -> String {
        var found: [(id: String, name: String)] = []
        try await Pages(client: session.client, path: path, list: list).each(limit: Self.longest) { item in
            guard let id = item["id"].string else { return }
            let name = item["name"].string ?? item["step_id"].string ?? ""
            if Lookup.matches(text, id, prefix) || path.last == "agents" && name == text { found.append((id, name)) }
        }
        switch found.count {
        case 1: return found[0].id
        case 0:
            throw CommandError(
                .unknown,
                "No \(thing) among the newest \(Self.longest.grouped) has an id that begins with "
                    + "'\(text.printable)'; ganglion list shows what there is.")
        default:
            var lines = found.prefix(Self.named).map { "\n  \($0.id)  \($0.name.printable)" }
            if found.count > Self.named { lines.append("\n  and \(found.count - Self.named) more") }
            throw CommandError(
                .unknown, "'\(text.printable)' is the beginning of \(found.count) ids:" + lines.joined())
        }
    }

    /// An empty text means nothing.
    static func matches(_ text: String, _ id: String, _ prefix: String) -> Bool {
        !text.isEmpty && (id.hasPrefix(text) && text.count > prefix.count || id.hasPrefix(prefix + text))
    }
}

/// A list of the service, page by page.
struct Pages: Sendable {
    let client: GanglionClient
    let path: [String]
    let list: String
    var query = GanglionClient.Query()
    var size = 500

    /// All of it, or its first `limit` elements.
    func each(limit: Int? = nil, _ handle: (JSONElement) async throws -> Void) async throws {
        var cursor: String?
        var left = limit ?? .max
        repeat {
            let page = try await client.read(path, query.with("limit", min(size, left)).with("cursor", cursor))
            for element in page[list].elements.prefix(left) {
                try await handle(element)
                left -= 1
            }
            cursor = page["next_cursor"].string
        } while cursor != nil && left > 0
    }
}
