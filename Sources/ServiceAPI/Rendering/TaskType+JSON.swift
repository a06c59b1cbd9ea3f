import Coordination
import JSON
import WorkflowCore

/// A task type as the API shows it.
extension Node.Pool {
    func write(to writer: inout JSONWriter) {
        writer.field("task_type", status.name)
        writer.field("waiting", status.waiting)
        if let oldest = status.oldestSince {
            writer.field("oldest_waiting_at", oldest.description)
            writer.field("oldest_waiting_age", max(status.at - oldest, .zero).text)
        }
        writer.field("running", status.held)
        writer.name("agents")
        writer.object { writer in
            writer.field("alive", agents.count { $0.status == .alive })
            writer.field("draining", agents.count { $0.status != .alive })
            writer.field("slots", agents.reduce(0) { $0 + $1.slots })
            writer.field("held", agents.reduce(0) { $0 + $1.held })
        }
        writer.field("limited_keys", status.limitedKeys)
        writer.field("next_free_at", optional: status.nextFreeAt?.description)
        writer.field("paused", status.settings?.isPaused ?? false)
        writer.field("settings", raw: status.settings?.json ?? JSONText(unchecked: Array("{}".utf8)))
    }
}
