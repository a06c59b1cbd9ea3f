import HTTP
import HTTPTypes
import HTTPWire
import JSON

/// A tool: an operation of the API under a name that models understand. What it takes and gives is what the operation
/// takes and gives; `tools.json` describes it.
struct Tool: Sendable {
    let name: String
    let operation: any Operation.Type
    /// Arguments that the operation reads as header fields.
    var headerFields: [String: HTTPField.Name] = [:]

    /// The list that clients get, byte for byte.
    static let definitions = JSONText(unchecked: PackageResources.tools_json)

    static let all = [
        Tool(
            name: "start_workflow", operation: StartWorkflow.self,
            headerFields: HTTPField.Name("Idempotency-Key").map { ["idempotency_key": $0] } ?? [:]),
        Tool(name: "get_workflow", operation: GetWorkflow.self),
        Tool(name: "list_workflows", operation: ListWorkflows.self),
        Tool(name: "explain_workflow", operation: ExplainWorkflow.self),
        Tool(name: "workflow_history", operation: GetWorkflowHistory.self),
        Tool(name: "cancel_workflow", operation: CancelWorkflow.self),
        Tool(name: "add_steps", operation: AddSteps.self),
        Tool(name: "list_escalations", operation: ListEscalations.self),
        Tool(name: "get_escalation", operation: GetEscalation.self),
        Tool(name: "resolve_escalation", operation: ResolveEscalation.self),
        Tool(name: "list_agents", operation: ListAgents.self),
        Tool(name: "list_task_types", operation: ListTaskTypes.self),
    ]

    // MARK: A call as a request

    /// The request of the operation that the arguments ask for. Each goes to where the operation reads it, and it is
    /// the operation that checks them.
    func request(_ arguments: JSONNode, in outer: Request) throws(ProblemDocument) -> Request {
        var problems = JSONProblems()
        guard var fields = JSONObjectReader(arguments, at: "", problems: &problems) else {
            throw .invalid(problems.list)
        }
        var request = Request(method: operation.method, target: "", path: operation.path, loop: outer.loop)
        if let name = HTTPField.Name("traceparent") { request.headerFields[name] = outer.headerFields[name] }
        let names = operation.path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast())
        }
        for name in names {
            guard let value = fields.required(string: name, problems: &problems) else { continue }
            request.bind(name, to: value)
        }
        var query: [String] = []
        var body = JSONWriter()
        body.beginObject()
        for (name, node) in arguments.members where !names.contains(name) {
            if let field = headerFields[name] {
                request.headerFields[field] = fields.required(string: name, problems: &problems)
            } else if operation.method == .get || name == "wait" {
                query += Self.items(name, node, problems: &problems)
            } else {
                body.field(name, raw: node.text)
            }
        }
        body.endObject()
        if !problems.list.isEmpty { throw .invalid(problems.list) }
        request.query = Query(query.isEmpty ? nil : query.joined(separator: "&"))
        if operation.method != .get {
            request.headerFields[.contentType] = "application/json"
            request.body = body.bytes
        }
        return request
    }

    /// An argument as a query has it: each of an array's elements by itself.
    private static func items(_ name: String, _ node: JSONNode, problems: inout JSONProblems) -> [String] {
        let pointer = "/\(JSONPointer.escaped(name))"
        let isArray = node.kind == .array
        var items: [String] = []
        for (index, element) in (isArray ? node.elements : [node]).enumerated() {
            if let value = element.string ?? element.int64.map({ "\($0)" }) {
                items.append("\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))")
            } else {
                let place = isArray ? "\(pointer)/\(index)" : pointer
                problems.add(place, "expected a string or a whole number, found \(element.kind)")
            }
        }
        return items
    }
}

extension Request {
    /// Gives a parameter of the path its value.
    mutating func bind(_ name: String, to value: String) {
        parameters.append(name: name, value: value)
        path = path.replacing("{\(name)}", with: PercentEncoding.encode(value))
    }
}
