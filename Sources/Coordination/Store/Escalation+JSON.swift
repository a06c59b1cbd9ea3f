package import JSON
package import WorkflowCore

/// Questions to people as they are written, once, and shown.
extension Escalation {
    /// About how long it is.
    var payloadBytes: Int {
        let context: Int
        if case .question(let question) = cause { context = question.context?.bytes.count ?? 0 } else { context = 0 }
        return context + (payload?.bytes.count ?? 0)
    }

    /// The labels as they are stored and shown: a JSON object.
    var labelsText: JSONText { labels.sortedObject }

    func json(of workflow: WorkflowID) -> JSONText {
        var writer = JSONWriter(reservingCapacity: 512 + payloadBytes)
        writer.object { writer in
            writer.field("id", EscalationID(workflow: workflow, number: number))
            writer.field("opened_at", openedAt)
            writer.field("workflow_id", workflow)
            writer.field("step_id", stepID)
            writer.field("task_id", TaskID(workflow: workflow, step: step))
            writer.field("task_type", optional: taskType)
            writer.field("kind", cause.kind.rawValue)
            switch cause {
            case .exhausted(let failure), .noAgent(let failure), .stuck(let failure):
                failure.write("error", to: &writer)
            case .question(let question): question.write(to: &writer)
            }
            writer.name("attempts")
            writer.array(attempts) { $1.write(to: &$0) }
            if let payload { writer.field("payload", raw: payload) }
        }
        return writer.text
    }
}

extension Attempt {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("attempt", number)
            writer.field("agent_id", optional: agent)
            if let failure { failure.write("error", to: &writer) }
            writer.field("question", optional: asked?.text)
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
            if let answer { writer.field("answer", raw: answer) }
            writer.field("at", at)
        }
        return writer.text
    }
}
