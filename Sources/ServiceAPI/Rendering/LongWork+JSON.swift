import Coordination
import JSON
import WorkflowCore

/// Long work as the API shows it: in a step, and to the agent that does it.
extension LongWork {
    func write(to writer: inout JSONWriter) {
        if let partial { writer.field("partial", raw: partial) }
        if !guidance.isEmpty {
            writer.name("guidance")
            writer.array(guidance) { writer, note in writer.object { note.write(to: &$0) } }
        }
        if let vigil, let warning = vigil.warning {
            writer.name("stuck")
            writer.object { writer in
                writer.field("since", vigil.since)
                writer.field("reason", warning)
            }
        }
    }
}

extension Guidance {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.field("number", number)
        writer.field("text", text)
        writer.field("by", by)
        writer.field("at", at)
    }
}

extension Taken {
    /// What an agent is told with each answer, beside its tasks.
    func writeOrders(to writer: inout JSONWriter) {
        writer.name("cancel")
        writer.array(stop) { $0.string($1) }
        writer.field("pause", status == .paused)
        writer.field("drain", status == .draining)
        writer.name("guidance")
        writer.array(guidance) { writer, note in
            writer.object { writer in
                writer.field("task_id", note.task)
                note.guidance.write(to: &writer)
            }
        }
    }
}
