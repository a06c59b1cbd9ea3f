import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads what happened to a workflow, oldest first.
enum GetWorkflowHistory: Operation {
    static let id = "getWorkflowHistory"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows/{workflow_id}/history"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        var query = try QueryReader(request)
        let page = try query.page { HistoryPlace($0) != nil }
        try query.finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.history(of: id, page, on: request.loop)
        }
        return found.response("events") { $0.write(to: &$1) }
    }
}
