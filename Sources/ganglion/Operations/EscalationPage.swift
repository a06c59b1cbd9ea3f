import GanglionClient

/// An escalation with all that is needed to decide.
enum EscalationPage {
    static func lines(_ escalation: Escalation) -> [StyledText] {
        var lines = [
            StyledText(escalation.id, .bold) + "  "
                + StyledText(escalation.status.rawValue, escalation.status == .resolved ? .good : .warning)
                + StyledText("  \(escalation.kind), opened \(escalation.openedAt.dateAndTime) UTC"),
            field("workflow", escalation.workflowID),
        ]
        if let step = escalation.stepID { lines.append(field("step", step)) }
        if let question = escalation.question {
            lines.append(field("question", question.question))
            for option in question.options { lines.append(field("option", option.text)) }
            if let context = question.context { lines.append(field("context", context.text)) }
        }
        if let error = escalation.error { lines.append(field("error", error.description)) }
        if let payload = escalation.payload { lines.append(field("payload", payload.text)) }
        for attempt in escalation.attempts {
            let what = attempt.error?.description ?? attempt.question.map { "asked: \($0)" } ?? "no answer"
            lines.append(field("attempt \(attempt.attempt)", "\(attempt.queuedAt.timeOfDay)  \(what)"))
        }
        if let resolution = escalation.resolution {
            let who = resolution.by.map { " by \($0)" } ?? ""
            let why = resolution.reason.map { ": \($0)" } ?? ""
            lines.append(field("resolved", "with \(resolution.action)\(who)\(why)"))
        } else {
            lines.append("")
            lines += commands(escalation).map { StyledText("  ganglion resolve \(escalation.id) \($0)", .dim) }
        }
        return lines
    }

    private static func field(_ name: String, _ value: String) -> StyledText {
        StyledText(name, .dim).padded(to: 11) + StyledText(value)
    }

    private static func commands(_ escalation: Escalation) -> [String] {
        if let question = escalation.question {
            let answer = question.options.first?.text ?? "\"…\""
            return ["answer '\(answer)' --reason '…'", "fail --reason '…'"]
        }
        if escalation.kind == "poisoned" { return ["retry --reason '…'", "fail --reason '…'"] }
        return [
            "retry --reason '…'", "retry '{…}' --reason '…'    (with another payload)",
            "complete '{…}' --reason '…'", "skip --reason '…'", "fail --reason '…'",
        ]
    }
}
