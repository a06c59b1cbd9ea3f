import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes a person's answer to an escalation, once.
enum ResolveEscalation: Operation {
    static let id = "resolveEscalation"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/escalations/{escalation_id}/resolve"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.escalationID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let action = readAction(&body)
        let (by, reason) = (body.actor(isRequired: true), body.reason(isRequired: true))
        try body.finish()
        let resolution = Resolution(
            try body.require(action), by: try body.require(by), reason: try body.require(reason))
        let delivery = try await asking { () async throws(CoordinationError) in
            try await service.node.resolve(id, with: resolution)
        }
        if delivery.outcome == .refused(.unknownEscalation) { throw .unknown("escalation", id) }
        if let problem = unfitAnswer(delivery.outcome) { throw .invalid([problem]) }
        let escalation = try await asking { () async throws(CoordinationError) in
            try await service.node.escalation(id, on: request.loop)
        }
        if delivery.outcome == .refused(.alreadyResolved) { throw alreadyResolved(escalation) }
        return .json { escalation.write(to: &$0) }
    }

    private enum Action: String, CaseIterable {
        case retry, complete, skip, fail, answer
    }

    private static func readAction(_ body: inout BodyReader) -> Resolution.Action? {
        let payload = body.fields.optional("payload")?.text
        let result = body.fields.optional("result")?.text
        let answer = body.fields.optional("answer")?.text
        guard body.fields.required("action", problems: &body.problems) != nil,
            let action = body.fields.optional(enumerated: "action", as: Action.self, problems: &body.problems)
        else { return nil }
        if payload != nil, action != .retry { body.problems.add("/payload", "a payload goes with 'retry' only") }
        if result != nil, action != .complete { body.problems.add("/result", "a result goes with 'complete' only") }
        if answer != nil, action != .answer { body.problems.add("/answer", "an answer goes with 'answer' only") }
        switch action {
        case .retry: return .retry(payload: payload)
        case .skip: return .skip
        case .fail: return .fail
        case .complete:
            if result == nil { body.problems.add("/result", "'complete' needs the step's result") }
            return result.map { .complete(result: $0) }
        case .answer:
            if answer == nil { body.problems.add("/answer", "'answer' needs the answer") }
            return answer.map { .answer($0) }
        }
    }

    /// An answer to what was not asked so.
    private static func unfitAnswer(_ outcome: Outcome) -> JSONProblem? {
        switch outcome {
        case .refused(.notAQuestion):
            JSONProblem(pointer: "/action", detail: "'answer' is for questions; nothing is asked here")
        case .refused(.notAnOption(let options)):
            JSONProblem(
                pointer: "/answer",
                detail: "the question has to be answered with one of: "
                    + options.map { String($0.string.prefix(80)) }.joined(separator: ", "))
        case .refused(.answersTooLong(let limit)):
            JSONProblem(
                pointer: "/answer", detail: "all answers to a step's questions have at most \(limit) bytes together")
        default: nil
        }
    }

    /// Says who was faster, and with what.
    private static func alreadyResolved(_ escalation: StoredEscalation) -> ProblemDocument {
        let resolution = escalation.resolution.map { JSONNode($0) }
        let action = resolution?.member("action")?.string ?? "another answer"
        let by = resolution?.member("by")?.string.map { " by \($0)" } ?? ""
        let at = resolution?.member("at")?.string.map { " at \($0)" } ?? ""
        return .conflict(
            "already-resolved", "Already resolved", "The escalation was resolved\(by) with '\(action)'\(at).")
    }
}
