import Coordination
import HTTP
import HTTPTypes
import JSON

/// Registers an agent, under a new id.
enum RegisterAgent: Operation {
    static let id = "registerAgent"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/agents"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let name = body.fields.required(string: "name", length: 1...128, problems: &body.problems)
        let slots = body.fields.optional(integer: "slots", in: AgentProfile.slotRange, problems: &body.problems) ?? 1
        let profile = AgentProfile(reading: &body.fields, slots: slots, problems: &body.problems)
        try body.finish()
        let required = try body.require(name)
        let id = try await asking { () async throws(CoordinationError) in
            try await service.node.register(name: required, profile, slots: slots, on: request.loop)
        }
        let options = service.node.options
        return .json(.created, [.location: "/v1/agents/\(id)"]) { writer in
            writer.field("id", id)
            writer.field("heartbeat_interval", options.agentHeartbeat.text)
            writer.field("lost_after", options.agentLostAfter.text)
        }
    }
}
