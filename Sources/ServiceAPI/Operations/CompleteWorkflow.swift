import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Ends an external workflow well.
enum CompleteWorkflow: Operation {
    static let id = "completeWorkflow"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/workflows/{workflow_id}/complete"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        try QueryReader(request).finish()
        var body = try BodyReader(request, isRequired: false)
        let output = body.fields.optional("output")?.text
        try body.finish()
        return try await service.finish(id, .completed(output: output), request)
    }
}

extension API {
    /// Ends an external workflow, and answers with it.
    func finish(
        _ id: WorkflowID, _ end: WorkflowEnd, _ request: Request
    ) async throws(ProblemDocument) -> Response {
        let delivery = try await asking { () async throws(CoordinationError) in try await node.finish(id, end) }
        if case .refused(let refusal) = delivery.outcome { throw ProblemDocument(refusal, of: id) }
        return try await asking { () async throws(CoordinationError) in
            try await node.workflow(id, on: request.loop)
        }.response()
    }
}
