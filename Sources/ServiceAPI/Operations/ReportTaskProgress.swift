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
        let percent = body.fields.optional(integer: "percent", in: 0...100, problems: &body.problems)
        let message = body.fields.optional(string: "message", length: 0...4096, problems: &body.problems)
        let extend = body.fields.duration("extend", isPositive: true, problems: &body.problems)
        var report = ProgressReport(percent: percent, message: message, extend: extend)
        report.partial = Self.partial(&body)
        report.usage = Usage(&body.fields, problems: &body.problems).byUnit
        report.fingerprint = body.fields.fingerprint(problems: &body.problems)
        report.toolCall = body.fields.optional(
            string: "tool_call", length: ProgressReport.toolCallRange, problems: &body.problems)
        try body.finish()
        let event = StepEvent.progressed(
            attempt: try body.require(attempt), by: try body.require(agent), report)
        return try await service.answer(id, event).response()
    }

    private static func partial(_ body: inout BodyReader) -> JSONText? {
        guard let partial = body.fields.optional("partial")?.text else { return nil }
        if partial.bytes.count <= LongWork.partialLimit { return partial }
        body.problems.add(
            body.fields.pointer("partial"),
            "\(partial.bytes.count) bytes are more than the limit of \(LongWork.partialLimit)")
        return nil
    }
}
