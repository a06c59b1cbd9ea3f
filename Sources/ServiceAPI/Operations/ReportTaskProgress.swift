import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes an agent's word of how far it is.
enum ReportTaskProgress: Operation {
    static let id = "reportTaskProgress"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/tasks/{task_id}/progress"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.taskID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let (agent, attempt) = (body.agentID(), body.attempt())
        let report = ProgressReport(reading: &body.fields, problems: &body.problems)
        try body.finish()
        let event = StepEvent.progressed(
            attempt: try body.require(attempt), by: try body.require(agent), report)
        return try await service.answer(id, event).response()
    }
}
