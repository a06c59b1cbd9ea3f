import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Lists workflows, newest first.
enum ListWorkflows: Operation {
    static let id = "listWorkflows"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        var query = try QueryReader(request)
        let status = try query.enumerated("status", as: WorkflowStatus.self)
        var labels: [WorkflowFilter.Label] = []
        for text in query.all("label") { labels.append(try label(text)) }
        let page = try query.page { IndexPlace.isValid($0, WorkflowID.init) }
        try query.finish()
        guard labels.count <= maximumLabels else {
            throw .parameter("label", "\(labels.count) labels are more than the limit of \(maximumLabels)")
        }
        let filter = WorkflowFilter(status: status, labels: labels)
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.workflows(filter, page, on: request.loop)
        }
        return found.response("workflows") { $0.write(to: &$1) }
    }

    private static let maximumLabels = 16

    private static func label(_ text: String) throws(ProblemDocument) -> WorkflowFilter.Label {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Identifier.isValid(String(parts[0])), parts[1].utf8.count <= 128 else {
            throw .parameter("label", "'\(text.prefix(64))' is not a label and its value as 'key:value'")
        }
        return WorkflowFilter.Label(name: String(parts[0]), value: String(parts[1]))
    }
}
