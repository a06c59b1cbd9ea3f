package import JSON
import WorkflowCore

/// What became of a letter, as it goes back to the node that waits for it.
extension Delivery {
    package var json: JSONText {
        var writer = JSONWriter(reservingCapacity: 128 + (acceptedResult?.bytes.count ?? 0))
        writer.object { writer in
            switch outcome {
            case .accepted: writer.field("outcome", "accepted")
            case .duplicate: writer.field("outcome", "duplicate")
            case .refused(let refusal): refusal.write(to: &writer)
            }
            if let acceptedResult { writer.field("result", raw: acceptedResult) }
        }
        return writer.text
    }

    /// `nil` for what no version of this program wrote.
    package init?(stored text: JSONText) {
        let node = JSONNode(text)
        let outcome: Outcome
        switch node.member("outcome")?.string {
        case "accepted": outcome = .accepted
        case "duplicate": outcome = .duplicate
        case let reason?:
            guard let refusal = Refusal(stored: node, reason) else { return nil }
            outcome = .refused(refusal)
        case nil: return nil
        }
        self.init(outcome: outcome, acceptedResult: node.member("result")?.text)
    }
}

extension Refusal {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .unknownTask: writer.field("outcome", "unknown_task")
        case .alreadyAnswered(let attempt, let status):
            writer.field("outcome", "already_answered")
            if let attempt { writer.field("attempt", attempt) }
            writer.field("status", status.rawValue)
        case .notHeld: writer.field("outcome", "not_held")
        case .attemptOver(let current):
            writer.field("outcome", "attempt_over")
            writer.field("attempt", current)
        case .workflowEnded(let status):
            writer.field("outcome", "workflow_ended")
            writer.field("status", status.rawValue)
        case .unknownEscalation: writer.field("outcome", "unknown_escalation")
        case .alreadyResolved: writer.field("outcome", "already_resolved")
        }
    }

    fileprivate init?(stored node: JSONNode, _ reason: String) {
        let status = node.member("status")?.string
        switch reason {
        case "unknown_task": self = .unknownTask
        case "already_answered":
            guard let status = status.flatMap(StepStatus.init(rawValue:)) else { return nil }
            self = .alreadyAnswered(acceptedAttempt: node.integer("attempt"), status: status)
        case "not_held": self = .notHeld
        case "attempt_over":
            guard let current = node.integer("attempt") else { return nil }
            self = .attemptOver(current: current)
        case "workflow_ended":
            guard let status = status.flatMap(WorkflowStatus.init(rawValue:)) else { return nil }
            self = .workflowEnded(status)
        case "unknown_escalation": self = .unknownEscalation
        case "already_resolved": self = .alreadyResolved
        default: return nil
        }
    }
}
