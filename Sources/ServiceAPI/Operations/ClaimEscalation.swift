import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes an open escalation for one person, for a while: nobody else may resolve it then.
enum ClaimEscalation: Operation {
    static let id = "claimEscalation"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/escalations/{escalation_id}/claim"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.escalationID()
        try QueryReader(request).finish()
        let version = try request.matchedVersion()
        var body = try BodyReader(request)
        let by = body.actor(isRequired: true)
        let duration = body.claimDuration()
        try body.finish()
        let act = HandlingAct(.claim(duration ?? Handling.Claim.usual), by: try body.require(by), version: version)
        let escalation = try await service.handle(id, act, on: request.loop)
        return escalation.response(at: service.now(on: request.loop))
    }
}
