import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Registers an agent, under a new id.
enum RegisterAgent: Operation {
    static let id = "registerAgent"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/agents"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let name = body.fields.required(string: "name", length: 1...128, problems: &body.problems)
        let capabilities = readCapabilities(&body)
        let slots = body.fields.optional(integer: "slots", in: 1...1000, problems: &body.problems) ?? 1
        try body.finish()
        let required = try body.require(name)
        let id = try await asking { () async throws(CoordinationError) in
            try await service.node.register(
                name: required, capabilities: capabilities, slots: slots, on: request.loop)
        }
        let options = service.node.options
        return .json(.created, [.location: "/v1/agents/\(id)"]) { writer in
            writer.field("id", id)
            writer.field("heartbeat_interval", options.agentHeartbeat.text)
            writer.field("lost_after", options.agentLostAfter.text)
        }
    }

    private static let maximumCapabilities = 64

    private static func readCapabilities(_ body: inout BodyReader) -> [String] {
        guard let nodes = body.fields.required(array: "capabilities", problems: &body.problems) else { return [] }
        let pointer = body.fields.pointer("capabilities")
        guard (1...maximumCapabilities).contains(nodes.count) else {
            body.problems.add(pointer, "expected 1 to \(maximumCapabilities) task types, found \(nodes.count)")
            return []
        }
        var capabilities: [String] = []
        for (index, node) in nodes.enumerated() {
            guard let type = node.string, Identifier.isValid(type) else {
                body.problems.add("\(pointer)/\(index)", "expected a task type: \(Identifier.rule())")
                continue
            }
            if capabilities.contains(type) {
                body.problems.add("\(pointer)/\(index)", "'\(type)' is named twice")
            } else {
                capabilities.append(type)
            }
        }
        return capabilities
    }
}
