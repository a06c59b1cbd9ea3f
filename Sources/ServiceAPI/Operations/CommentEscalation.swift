import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Adds what a person has to say to an open escalation.
enum CommentEscalation: Operation {
    static let id = "commentEscalation"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/escalations/{escalation_id}/comments"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.escalationID()
        try QueryReader(request).finish()
        let version = try request.matchedVersion()
        var body = try BodyReader(request)
        let by = body.actor(isRequired: true)
        let length = Handling.commentRange
        let text = body.fields.required(string: "text", length: length, problems: &body.problems)
        try body.finish()
        let act = HandlingAct(.comment(try body.require(text)), by: try body.require(by), version: version)
        let escalation = try await service.handle(id, act, on: request.loop)
        return escalation.response(at: service.now(on: request.loop))
    }
}
