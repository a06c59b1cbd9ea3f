import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes an agent out of the registry; what it holds goes back to the queues.
enum DeregisterAgent: Operation {
    static let id = "deregisterAgent"
    static let method = HTTPRequest.Method.delete
    static let path = "/v1/agents/{agent_id}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.agentID()
        try QueryReader(request).finish()
        try await asking { () async throws(CoordinationError) in
            try await service.node.deregister(id, on: request.loop)
        }
        return Response(status: .noContent)
    }
}
