import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Gives a claim back.
enum ReleaseEscalation: Operation {
    static let id = "releaseEscalation"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/escalations/{escalation_id}/release"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.escalationID()
        try QueryReader(request).finish()
        let version = try request.matchedVersion()
        var body = try BodyReader(request)
        let by = body.actor(isRequired: true)
        let reason = body.reason(isRequired: false)
        try body.finish()
        let act = HandlingAct(.release, by: try body.require(by), reason: reason, version: version)
        let escalation = try await service.handle(id, act, on: request.loop)
        return escalation.response(at: service.now(on: request.loop))
    }
}
