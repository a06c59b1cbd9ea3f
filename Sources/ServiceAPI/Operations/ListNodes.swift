import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Lists nodes, newest first.
enum ListNodes: Operation {
    static let id = "listNodes"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/nodes"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        var query = try QueryReader(request)
        let page = try query.page { IndexPlace.isValid($0, NodeID.init) }
        try query.finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.nodes(page, on: request.loop)
        }
        return found.response("nodes") { $0.write(to: &$1) }
    }
}
