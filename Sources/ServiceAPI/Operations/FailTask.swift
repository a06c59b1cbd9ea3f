import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes an agent's word that an attempt failed.
enum FailTask: Operation {
    static let id = "failTask"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/tasks/{task_id}/fail"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.taskID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let (agent, attempt) = (body.agentID(), body.attempt())
        let failure = body.fields.required("error", problems: &body.problems).flatMap {
            AgentFailure($0, at: "/error", problems: &body.problems)
        }
        try body.finish()
        let event = StepEvent.failed(
            attempt: try body.require(attempt), by: try body.require(agent), try body.require(failure))
        return try await service.answer(id, event).response()
    }
}
