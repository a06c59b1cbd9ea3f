import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Reads an agent.
enum GetAgent: Operation {
    static let id = "getAgent"
    static let method = HTTPRequest.Method.get
    static let path = "/v1/agents/{agent_id}"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.agentID()
        try QueryReader(request).finish()
        let agent = try await asking { () async throws(CoordinationError) in
            try await service.node.agent(id, on: request.loop)
        }
        return .json { agent.write(to: &$0) }
    }
}
