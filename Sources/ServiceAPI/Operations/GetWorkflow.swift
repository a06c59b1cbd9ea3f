import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads a workflow, or waits for news of it.
enum GetWorkflow: Operation {
    static let id = "getWorkflow"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/workflows/{workflow_id}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.workflowID()
        var query = try QueryReader(request)
        let wait = try query.wait()
        let revision = try query.integer("revision", in: 0...Int.max)
        try query.finish()
        let view = try await asking { () async throws(CoordinationError) in
            guard let wait else { return try await service.node.workflow(id, on: request.loop) }
            return try await service.node.workflow(id, newerThan: revision, within: wait, on: request.loop)
        }
        if request.hasNoneMatch(view.entityTag) {
            return Response(status: .notModified, headerFields: [.eTag: view.entityTag])
        }
        return view.response()
    }
}
