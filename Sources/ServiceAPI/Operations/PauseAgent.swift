import Coordination
import HTTP
import HTTPTypes
import WorkflowCore

/// Has an agent take nothing new until it is resumed.
enum PauseAgent: Operation {
    static let id = "pauseAgent"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/agents/{agent_id}/pause"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try await service.conduct(.pause, of: request)
    }
}
