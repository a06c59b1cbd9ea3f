import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes a person's answer to an escalation, once; or, where several have to agree, a vote.
enum ResolveEscalation: Operation {
    static let id = "resolveEscalation"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/escalations/{escalation_id}/resolve"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.escalationID()
        try QueryReader(request).finish()
        let version = try request.matchedVersion()
        var body = try BodyReader(request)
        let action = body.resolutionAction()
        let (by, reason) = (body.actor(isRequired: true), body.reason(isRequired: true))
        try body.finish()
        let resolution = Resolution(
            try body.require(action), by: try body.require(by), reason: try body.require(reason), version: version)
        let escalation = try await service.resolve(id, with: resolution, on: request.loop)
        return escalation.response(
            escalation.resolution == nil ? .accepted : .ok, at: service.now(on: request.loop))
    }
}
