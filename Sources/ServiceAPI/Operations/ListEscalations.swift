import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Lists questions to people, newest first.
enum ListEscalations: Operation {
    static let id = "listEscalations"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/escalations"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        var query = try QueryReader(request)
        let status = try query.enumerated("status", as: Status.self) ?? .open
        let workflow = try query.one("workflow_id")
        let page = try query.page { IndexPlace.isValid($0, EscalationID.init) }
        try query.finish()
        var filter = EscalationFilter(isOpen: status == .open)
        if let workflow {
            guard let id = WorkflowID(workflow) else {
                throw .parameter("workflow_id", "'\(workflow.prefix(64))' is not a workflow's id")
            }
            filter.workflow = id
        }
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.escalations(filter, page, on: request.loop)
        }
        return found.response("escalations") { $0.write(to: &$1) }
    }

    private enum Status: String, CaseIterable {
        case open, resolved
    }
}
