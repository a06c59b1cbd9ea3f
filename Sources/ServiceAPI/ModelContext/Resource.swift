import HTTP
import HTTPTypes
import HTTPWire
import JSON

/// What models read without calling anything: `ganglion://` stands for `/v1/` of the API, and the rest is the same.
struct Resource: Sendable {
    let operation: any Operation.Type
    let name: String
    let description: String
    /// The query parameters that are worth naming.
    var query: [String] = []

    static let scheme = "ganglion://"

    static let all = [
        Resource(
            operation: ListWorkflows.self, name: "workflows",
            description: "Workflows, newest first, as pages.", query: ["status", "label", "limit", "cursor"]),
        Resource(
            operation: GetWorkflow.self, name: "workflow",
            description: "A workflow: its status, its steps with results or failures, its output."),
        Resource(
            operation: GetWorkflowHistory.self, name: "workflow-history",
            description: "What happened to a workflow, oldest first, as pages.", query: ["limit", "cursor"]),
        Resource(
            operation: ExplainWorkflow.self, name: "workflow-why",
            description: "What holds up each open step of a workflow, and what would help."),
        Resource(
            operation: ListEscalations.self, name: "escalations",
            description: "Questions to people that are open, newest first, as pages.",
            query: ["status", "workflow_id", "limit", "cursor"]),
        Resource(
            operation: GetEscalation.self, name: "escalation",
            description: "A question to a person: what was tried, what is asked, and how it was resolved."),
        Resource(
            operation: ListAgents.self, name: "agents", description: "Agents, newest first, as pages.",
            query: ["limit", "cursor"]),
        Resource(
            operation: ListTaskTypes.self, name: "task-types",
            description: "Task types, with how many tasks wait and which agents do them.", query: ["limit", "cursor"]),
    ]

    /// `ganglion://workflows/{workflow_id}`.
    var address: String { Self.scheme + operation.path.dropFirst("/v1/".count) }
    var isTemplate: Bool { address.contains("{") }
    /// With the query parameters, as a template (RFC 6570 3.2.8).
    private var template: String { query.isEmpty ? address : "\(address){?\(query.joined(separator: ","))}" }

    static let templates: JSONText = {
        var writer = JSONWriter()
        writer.array(all) { writer, resource in
            writer.object { resource.write("uriTemplate", resource.template, to: &$0) }
        }
        return writer.text
    }()

    func write(_ key: String, _ address: String, to writer: inout JSONWriter) {
        writer.field(key, address)
        writer.field("name", name)
        writer.field("description", description)
        writer.field("mimeType", "application/json")
    }

    // MARK: An address as a request

    /// The request that reads what is at an address; `nil` if nothing can be there.
    static func request(_ uri: String, in outer: Request) -> (operation: any Operation.Type, request: Request)? {
        guard uri.hasPrefix(scheme) else { return nil }
        let parts = uri.dropFirst(scheme.count).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let segments = parts[0].split(separator: "/", omittingEmptySubsequences: false)
        for resource in all {
            let names = resource.operation.path.split(separator: "/").dropFirst()
            guard names.count == segments.count else { continue }
            var request = Request(
                method: .get, target: "", path: resource.operation.path,
                query: Query(parts.count == 2 ? String(parts[1]) : nil), loop: outer.loop)
            let isMatch = zip(names, segments).allSatisfy { name, segment in
                guard name.hasPrefix("{") else { return name == segment }
                guard let value = try? PercentEncoding.decode(segment), !value.isEmpty else { return false }
                request.bind(String(name.dropFirst().dropLast()), to: value)
                return true
            }
            if isMatch { return (resource.operation, request) }
        }
        return nil
    }
}
