import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads one step with all that it was given and all its attempts.
enum GetStep: Operation {
    static let id = "getStep"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows/{workflow_id}/steps/{step_id}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        let name = request.parameters["step_id"] ?? ""
        try QueryReader(request).finish()
        let view = try await asking { () async throws(CoordinationError) in
            try await service.node.workflow(id, on: request.loop)
        }
        guard let step = view.workflow.plan.ordinals[name] else { throw .unknown("step", name) }
        let payload = view.workflow.payload(of: step)
        let size = 1024 + (payload?.bytes.count ?? 0) + (view.workflow.results[step]?.bytes.count ?? 0)
        return .json(.ok, [.eTag: view.entityTag], capacity: size) { writer in
            writer.field("workflow_id", id.description)
            writer.field("revision", view.revision)
            writer.name("step")
            writer.object { view.writeStep(step, to: &$0) }
            writer.name("attempts")
            writer.array(view.workflow.steps[step].attempts) { $1.write(to: &$0) }
            if let payload { writer.field("payload", raw: payload) }
        }
    }
}
