import GanglionClient

/// What happened, in one line.
struct EventLine {
    let event: HistoryEvent
    /// What agents are called, by their ids.
    var agents: [String: String] = [:]

    /// Of the whole line: its time of day, its workflow if there are several, its step, and what happened.
    func styled(of workflow: String? = nil) -> StyledText {
        var line = StyledText(event.at.timeOfDay, .dim)
        if let workflow { line += StyledText("  \(workflow)", .dim) }
        line += StyledText("  \(event.stepID ?? "workflow")", .bold) + "  " + what
        return line
    }

    /// What happened, without when and where.
    var what: StyledText {
        var text = StyledText(words, style)
        if let attempt = event.attempt, attempt > 1 || event.type == "attempt_failed" {
            text += StyledText(event.type == "attempt_failed" ? " \(attempt)" : " (attempt \(attempt))", style)
        }
        if event.type == "attempt_failed" { text += StyledText(" failed", style) }
        if let action = event.action { text += StyledText(" with \(action)") }
        if let agent = event.agentID { text += StyledText(" by \(agents[agent] ?? agent)", .dim) }
        if let by = event.by { text += StyledText(" by \(by)") }
        if let error = event.error { text += StyledText(": \(error.description)", .bad) }
        if let reason = event.reason { text += StyledText(": \(reason)") }
        if let until = event.until { text += StyledText("  again at \(until.timeOfDay)", .dim) }
        if let escalation = event.escalationID, event.type == "escalation_opened" {
            text += StyledText(": ganglion resolve \(escalation)", .warning)
        }
        return text
    }

    private var words: String {
        switch event.type {
        case "workflow_escalated": "waits for a person"
        case "workflow_resumed": "goes on"
        case "workflow_retried": "tried again"
        case "step_started": "taken"
        case "step_progressed": "has got further"
        case "attempt_failed": "attempt"
        case "escalation_opened": "asks a person"
        case "escalation_resolved": "resolved"
        case let type where type.hasPrefix("workflow_") || type.hasPrefix("step_"):
            String(type.drop { $0 != "_" }.dropFirst()).replacing("_", with: " ")
        case let type: type.replacing("_", with: " ")
        }
    }

    private var style: StyledText.Style {
        switch event.type {
        case "workflow_completed", "step_completed": .good
        case "workflow_failed", "step_failed", "attempt_failed", "workflow_quarantined": .bad
        case "workflow_escalated", "escalation_opened", "step_stuck": .warning
        case "step_started": .active
        default: .plain
        }
    }
}
