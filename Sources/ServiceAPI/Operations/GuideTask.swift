import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes a note to whoever works on a task.
enum GuideTask: Operation {
    static let id = "guideTask"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/tasks/{task_id}/guidance"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.taskID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let text = body.fields.required(string: "text", length: Guidance.lengthRange, problems: &body.problems)
        let by = body.actor(isRequired: true)
        try body.finish()
        let event = StepEvent.guided(text: try body.require(text), by: try body.require(by))
        return try await service.answer(id, event).response()
    }
}
