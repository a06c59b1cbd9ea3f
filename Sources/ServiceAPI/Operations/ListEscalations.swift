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
        let now = service.now(on: request.loop)
        let filter = try query.escalationFilter(at: now)
        let page = try query.page { IndexPlace.isValid($0, EscalationID.init) }
        try query.finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.escalations(filter, page, on: request.loop)
        }
        return found.response("escalations") { $0.write(to: &$1, at: now) }
    }
}
