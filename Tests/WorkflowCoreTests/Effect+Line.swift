import JSON
import WorkflowCore

/// Effects and history entries as the short lines that transcripts are compared by.
extension Effect {
    func line(since start: Instant) -> String {
        switch self {
        case .enqueue(let dispatch):
            "enqueue \(dispatch.stepID) #\(dispatch.attempt) \(dispatch.payload)"
                + (dispatch.answers.map { " answers \($0.line)" } ?? "")
                + (dispatch.partial.map { " partial \($0)" } ?? "")
        case .guide(let step, let agent, let note):
            "guide \(agent.firstName) at step \(step): \(note.number) \(note.text)"
        case .forgetGuidance(let step, let agent, let numbers):
            "forget \(numbers) for \(agent.firstName) at step \(step)"
        case .dequeue(let step): "dequeue step \(step)"
        case .saveResult(let step, let text): "result of step \(step) is \(text)"
        case .saveOutput(let text): "output is \(text)"
        case .addStep(let step, let definition): "step \(step) is \(definition)"
        case .record(let event): event.line(since: start)
        case .openEscalation(let escalation):
            "open escalation \(escalation.number) of \(escalation.stepID): \(escalation.cause.line), "
                + "\(escalation.attempts.count) attempts, payload \(escalation.payload?.string ?? "none")"
        case .handleEscalation(_, let number, let handling, let comment):
            "handle escalation \(number): version \(handling.version)"
                + (comment.map { ", \($0.by) says \($0.text)" } ?? "")
        case .closeEscalation(_, let number, let closed):
            "close escalation \(number): \(closed.action)\(closed.answer.map { " \($0)" } ?? "")"
                + (closed.by.map { " by \($0)" } ?? "")
        }
    }
}

extension JSONText {
    /// Answers without the long ids of their escalations.
    fileprivate var line: String {
        JSONNode(self).elements.map {
            "\($0.member("question")?.string ?? "") = \($0.member("answer")?.text.string ?? "")"
        }.joined(separator: ", ")
    }
}

extension Escalation.Cause {
    fileprivate var line: String {
        switch self {
        case .exhausted(let failure), .noAgent(let failure): failure.code
        case .stuck(let failure): "stuck \(failure.message)"
        case .question(let question): question.text
        }
    }
}

extension HistoryEvent {
    func line(since start: Instant) -> String {
        var words = [kind.rawValue]
        if let stepID { words.append(stepID) }
        if let attempt { words.append("#\(attempt)") }
        if let agent { words.append("by \(agent.firstName)") }
        if let escalation { words.append("escalation \(escalation)") }
        if let action { words.append(action) }
        if let by { words.append("by \(by)") }
        if let failure { words.append("(\(failure.code): \(failure.message))") }
        if let reason { words.append("because \(reason)") }
        if let assignee { words.append("to \(assignee)") }
        if let until { words.append("until +\((until - start).text)") }
        return words.joined(separator: " ")
    }
}
