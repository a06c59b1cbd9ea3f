import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads a question to a person with all that is needed to answer it, and what became of it.
enum GetEscalation: Operation {
    static let id = "getEscalation"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/escalations/{escalation_id}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.escalationID()
        try QueryReader(request).finish()
        let found = try await asking { () async throws(CoordinationError) in
            try await service.node.escalation(id, on: request.loop)
        }
        // Without a workflow that can be read there is the question, which says why.
        let view = try? await service.node.workflow(id.workflow, on: request.loop)
        return found.response(at: service.now(on: request.loop), results: view.map(EscalationResults.init))
    }
}
