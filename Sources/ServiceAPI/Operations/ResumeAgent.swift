import Coordination
import HTTP
import HTTPTypes
import WorkflowCore

/// Has an agent take tasks again.
enum ResumeAgent: Operation {
    static let id = "resumeAgent"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/agents/{agent_id}/resume"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try await service.conduct(.resume, of: request)
    }
}
