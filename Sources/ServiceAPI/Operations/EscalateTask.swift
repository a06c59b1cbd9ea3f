import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes an agent's question: the task waits for its answer without the agent.
enum EscalateTask: Operation {
    static let id = "escalateTask"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/tasks/{task_id}/escalate"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.taskID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let (agent, attempt) = (body.agentID(), body.attempt())
        let question = Question(reading: &body.fields, problems: &body.problems)
        let usage = Usage(&body.fields, problems: &body.problems)
        try body.finish()
        let event = StepEvent.asked(
            attempt: try body.require(attempt), by: try body.require(agent), try body.require(question))
        return try await service.answer(id, event, usage).response()
    }
}
