import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Tells for each open step of a workflow what holds it up.
enum ExplainWorkflow: Operation {
    static let id = "explainWorkflow"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows/{workflow_id}/why"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        try QueryReader(request).finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.explain(id, on: request.loop)
        }
        return .json(capacity: 512 * (found.steps.count + 1)) { writer in
            writer.field("workflow_id", id.description)
            writer.field("status", found.view.status.rawValue)
            writer.field("at", found.at.description)
            writer.name("steps")
            writer.array(found.steps) { writer, step in writer.object { step.write(to: &$0) } }
        }
    }
}
