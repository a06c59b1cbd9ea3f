import GanglionClient

/// How statuses look: a mark, and a colour for whoever sees colours.
extension StepState {
    var mark: Character {
        switch self {
        case .pending: "○"
        case .queued: "◌"
        case .running: "●"
        case .backingOff: "↻"
        case .waiting: "◷"
        case .escalated: "!"
        case .completed: "✓"
        case .skipped: "–"
        case .failed: "✗"
        case .cancelled: "⊘"
        }
    }

    var style: StyledText.Style {
        switch self {
        case .pending, .skipped, .cancelled: .dim
        case .queued, .waiting: .plain
        case .running: .active
        case .backingOff, .escalated: .warning
        case .completed: .good
        case .failed: .bad
        }
    }

    var words: String { rawValue.replacing("_", with: " ") }
}

extension WorkflowState {
    var style: StyledText.Style {
        switch self {
        case .running: .active
        case .escalated: .warning
        case .paused, .cancelled: .dim
        case .completed: .good
        case .failed: .bad
        }
    }

    var styled: StyledText { StyledText(rawValue, style) }
}

extension Timestamp {
    /// `15:04:05.123`, in UTC like all that the service writes.
    var timeOfDay: String { String(description.dropFirst(11).dropLast()) }
    /// `2026-11-23 15:04:05`.
    var dateAndTime: String { String(description.prefix(19)).replacing("T", with: " ") }
}
