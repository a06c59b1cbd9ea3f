import JSON
import WorkflowCore

/// History entries as they are written, once, and shown.
extension HistoryEvent {
    func json(of workflow: WorkflowID) -> JSONText {
        var writer = JSONWriter()
        write(to: &writer, of: workflow)
        return writer.text
    }

    func write(to writer: inout JSONWriter, of workflow: WorkflowID) {
        writer.object { writer in
            writer.field("type", kind.rawValue)
            writer.field("at", at)
            writer.field("step_id", optional: stepID)
            if let attempt { writer.field("attempt", attempt) }
            writer.field("agent_id", optional: agent)
            if let failure { failure.write("error", to: &writer) }
            if let escalation {
                writer.field("escalation_id", EscalationID(workflow: workflow, number: escalation))
            }
            writer.field("action", optional: action)
            writer.field("by", optional: by)
            writer.field("reason", optional: reason)
            writer.field("assignee", optional: assignee)
            writer.field("until", optional: until)
        }
    }
}
