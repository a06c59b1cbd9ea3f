import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Hears that an agent is alive and what it works on, and tells it what is wanted of it.
enum HeartbeatAgent: Operation {
    static let id = "heartbeatAgent"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/agents/{agent_id}/heartbeat"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.agentID()
        try QueryReader(request).finish()
        var body = try BodyReader(request, isRequired: false)
        let (running, fingerprints) = body.runningWithFingerprints()
        let acknowledged = Acknowledgement.list(&body.fields, problems: &body.problems)
        let load = body.load()
        try body.finish()
        await service.take(note: acknowledged, of: id)
        let heard = try await asking { () async throws(CoordinationError) in
            try await service.node.heartbeat(
                of: id, running: running, fingerprints: fingerprints, load: load, on: request.loop)
        }
        let options = service.node.options
        return .json { writer in
            writer.field("status", heard.status.rawValue)
            heard.writeOrders(to: &writer)
            writer.field("heartbeat_interval", options.agentHeartbeat.text)
            writer.field("lost_after", options.agentLostAfter.text)
        }
    }
}
