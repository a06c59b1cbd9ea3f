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
        let labels = try query.labels()
        let page = try query.page { IndexPlace.isValid($0, WorkflowID.init) }
        try query.finish()
        let filter = WorkflowFilter(status: status, labels: labels)
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.workflows(filter, page, on: request.loop)
        }
        return found.response("workflows") { $0.write(to: &$1) }
    }
}
