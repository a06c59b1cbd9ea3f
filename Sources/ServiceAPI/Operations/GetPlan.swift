import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Gives what a workflow was started with.
enum GetPlan: Operation {
    static let id = "getPlan"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows/{workflow_id}/plan"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        try QueryReader(request).finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.plan(of: id, on: request.loop)
        }
        let size = found.added.reduce(128 + found.plan.bytes.count + found.input.bytes.count) { $0 + $1.bytes.count }
        return .json(capacity: size) { writer in
            writer.field("workflow_id", id.description)
            writer.name("plan")
            writer.object { found.write(to: &$0) }
            writer.field("input", raw: found.input)
        }
    }
}

extension Node.AcceptedPlan {
    /// The plan's members, each as it was sent; added steps stand after the others.
    fileprivate func write(to writer: inout JSONWriter) {
        let node = JSONNode(plan)
        for (name, value) in node.members where name != "steps" { writer.field(name, raw: value.text) }
        let steps = node.member("steps")?.elements.map(\.text) ?? []
        writer.name("steps")
        writer.array(steps + added) { $0.raw($1) }
    }
}
