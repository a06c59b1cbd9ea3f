import Coordination
import HTTP
import HTTPTypes
import WorkflowCore

/// Has an agent finish what it has, and leave.
enum DrainAgent: Operation {
    static let id = "drainAgent"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/agents/{agent_id}/drain"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try await service.conduct(.drain, of: request)
    }
}
