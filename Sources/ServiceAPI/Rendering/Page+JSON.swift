import Coordination
import HTTP
import JSON
import WorkflowCore

/// Pages of lists, and what else stands in them.
extension Page {
    func response(_ name: String, _ write: (Element, inout JSONWriter) -> Void) -> Response {
        .json(capacity: 256 * (elements.count + 1)) { writer in
            writer.name(name)
            writer.array(elements) { writer, element in
                writer.object { write(element, &$0) }
            }
            if let next { writer.field("next_cursor", next) } else { writer.field("next_cursor", raw: .null) }
        }
    }
}

extension HistoryEntry {
    /// The event as it was written, with its place before it.
    func write(to writer: inout JSONWriter) {
        writer.field("id", place)
        for (name, value) in JSONNode(event).members { writer.field(name, raw: value.text) }
    }
}

extension RegisteredAgent {
    func write(to writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("name", name)
        profile.describe(to: &writer)
        writer.field("slots", slots)
        writer.field("slots_used", held)
        writer.field("status", status.rawValue)
        if let load { writer.field("load", raw: load) }
        writer.name("reliability")
        writer.object { writer in
            for (type, known) in reliability.sorted(by: { $0.key < $1.key }) {
                writer.name(type)
                writer.object { known.write(to: &$0) }
            }
        }
        writer.field("registered_at", registeredAt)
        writer.field("heartbeat_at", heartbeatAt)
    }
}

extension Reliability {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.name("score")
        writer.double(Self.rounded(score))
        for (name, value) in [("succeeded", succeeded), ("failed", failed), ("retried", retried)] {
            writer.name(name)
            writer.double(Self.rounded(value))
        }
        writer.field("latency", optional: meanLatency?.text)
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension RegisteredNode {
    func write(to writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("status", status.rawValue)
        writer.field("started_at", startedAt)
        writer.field("heartbeat_at", heartbeatAt)
        writer.field("heartbeat_age", heartbeatAge.text)
        writer.field("workflows", workflows)
        writer.field("coordinators", coordinators)
        writer.field("loops", loops)
        writer.field("claims", claims)
        writer.field("fenced_commits", fencedCommits)
        writer.field("host", process.host)
        writer.field("pid", process.id)
        writer.field("version", process.version)
    }
}
