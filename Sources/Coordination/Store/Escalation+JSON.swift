import JSON
import WorkflowCore

/// Questions to people as they are written, once, and shown.
extension Escalation {
    func json(of workflow: WorkflowID) -> JSONText {
        var writer = JSONWriter(reservingCapacity: 512 + (payload?.bytes.count ?? 0))
        writer.object { writer in
            writer.field("id", EscalationID(workflow: workflow, number: number))
            writer.field("opened_at", openedAt)
            writer.field("workflow_id", workflow)
            writer.field("step_id", stepID)
            writer.field("task_id", TaskID(workflow: workflow, step: step))
            writer.field("kind", "exhausted")
            failure.write("error", to: &writer)
            writer.name("attempts")
            writer.array(attempts) { $1.write(to: &$0) }
            if let payload { writer.field("payload", raw: payload) }
        }
        return writer.text
    }
}

extension Attempt {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("attempt", number)
            writer.field("agent_id", optional: agent)
            if let failure { failure.write("error", to: &writer) }
            writer.field("queued_at", queuedAt)
            writer.field("started_at", optional: startedAt)
            writer.field("ended_at", optional: endedAt)
        }
    }
}

extension ClosedEscalation {
    var json: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("action", action)
            writer.field("by", optional: by)
            writer.field("reason", optional: reason)
            writer.field("at", at)
        }
        return writer.text
    }
}
