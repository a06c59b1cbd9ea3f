import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes an agent's result.
enum CompleteTask: Operation {
    static let id = "completeTask"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/tasks/{task_id}/complete"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.taskID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let (agent, attempt) = (body.agentID(), body.attempt())
        let result = body.fields.required("result", problems: &body.problems)
        let usage = Usage(&body.fields, problems: &body.problems)
        try body.finish()
        let event = StepEvent.completed(
            attempt: try body.require(attempt), by: try body.require(agent), result: try body.require(result).text)
        return try await service.answer(id, event, usage).response()
    }
}
