import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Begins anew what failed or was cancelled of a workflow that has ended so.
enum RetryWorkflow: Operation {
    static let id = "retryWorkflow"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/workflows/{workflow_id}/retry"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        try QueryReader(request).finish()
        var body = try BodyReader(request, isRequired: false)
        let by = body.actor(isRequired: false)
        let reason = body.reason(isRequired: false)
        try body.finish()
        let outcome = try await asking { () async throws(CoordinationError) in
            try await service.node.retry(id, by: by, reason: reason)
        }
        if case .refused(let status) = outcome {
            let what = "The workflow is \(status.rawValue)"
            throw status == .completed
                ? .conflict("workflow-ended", "Workflow ended", "\(what) already.")
                : .conflict("workflow-open", "Workflow open", "\(what): only what has ended can be tried again.")
        }
        return try await asking { () async throws(CoordinationError) in
            try await service.node.workflow(id, on: request.loop)
        }.response()
    }
}
