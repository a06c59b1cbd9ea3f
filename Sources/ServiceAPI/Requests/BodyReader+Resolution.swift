import JSON
import WorkflowCore

/// What a person decides: the same fields for one escalation and for many.
extension BodyReader {
    private enum Action: String, CaseIterable {
        case retry, complete, skip, fail, answer
    }

    /// `isRequired` is false where nothing is decided yet.
    mutating func resolutionAction(isRequired: Bool = true) -> Resolution.Action? {
        let payload = fields.optional("payload")?.text
        let result = fields.optional("result")?.text
        let answer = fields.optional("answer")?.text
        if isRequired { _ = fields.required("action", problems: &problems) }
        guard let action = fields.optional(enumerated: "action", as: Action.self, problems: &problems) else {
            return nil
        }
        if payload != nil, action != .retry { problems.add("/payload", "a payload goes with 'retry' only") }
        if result != nil, action != .complete { problems.add("/result", "a result goes with 'complete' only") }
        if answer != nil, action != .answer { problems.add("/answer", "an answer goes with 'answer' only") }
        switch action {
        case .retry: return .retry(payload: payload)
        case .skip: return .skip
        case .fail: return .fail
        case .complete:
            if result == nil { problems.add("/result", "'complete' needs the step's result") }
            return result.map { .complete(result: $0) }
        case .answer:
            if answer == nil { problems.add("/answer", "'answer' needs the answer") }
            return answer.map { .answer($0) }
        }
    }
}
