import Coordination
import HTTP
import WorkflowCore

/// What the operations have in common by which an operator says what is wanted of an agent.
extension API {
    func conduct(_ conduct: AgentConduct, of request: Request) async throws(ProblemDocument) -> Response {
        let id = try request.agentID()
        try QueryReader(request).finish()
        var body = try BodyReader(request, isRequired: false)
        try body.finish()
        let agent = try await asking { () async throws(CoordinationError) in
            try await node.conduct(id, conduct, on: request.loop)
        }
        return .json { agent.write(to: &$0) }
    }
}
