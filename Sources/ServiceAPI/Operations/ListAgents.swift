import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Lists agents, newest first.
enum ListAgents: Operation {
    static let id = "listAgents"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/agents"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        var query = try QueryReader(request)
        let page = try query.page { IndexPlace.isValid($0, AgentID.init) }
        try query.finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.agents(page, on: request.loop)
        }
        return found.response("agents") { $0.write(to: &$1) }
    }
}
