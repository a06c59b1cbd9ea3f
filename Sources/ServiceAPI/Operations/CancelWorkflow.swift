import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Cancels a workflow and all that is open of it.
enum CancelWorkflow: Operation {
    static let id = "cancelWorkflow"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/workflows/{workflow_id}/cancel"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        try QueryReader(request).finish()
        var body = try BodyReader(request, isRequired: false)
        let by = body.actor(isRequired: false)
        let reason = body.reason(isRequired: false)
        try body.finish()
        let delivery = try await asking { () async throws(CoordinationError) in
            try await service.node.cancel(id, by: by, reason: reason)
        }
        if case .refused(.workflowEnded(let status)) = delivery.outcome {
            throw .conflict("workflow-ended", "Workflow ended", "The workflow is \(status.rawValue) already.")
        }
        return try await asking { () async throws(CoordinationError) in
            try await service.node.workflow(id, on: request.loop)
        }.response()
    }
}
