import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Escalations as the API shows them: the question as it was written, what people have done about it, and what they may
/// do.
extension StoredEscalation {
    var entityTag: String { "\"\(version)\"" }

    func response(_ status: HTTPResponse.Status = .ok, at now: Instant, results: EscalationResults? = nil) -> Response {
        let size = question.bytes.count + (comments?.bytes.count ?? 0) + (results?.bytes ?? 0) + 1024
        return .json(status, [.eTag: entityTag], capacity: size) { writer in
            write(to: &writer, at: now)
            results?.write(to: &writer)
        }
    }

    func write(to writer: inout JSONWriter, at now: Instant) {
        for (name, value) in JSONNode(question).members {
            writer.field(name, raw: value.text)
            switch name {
            case "id":
                writer.field("status", resolution == nil ? "open" : "resolved")
                writer.field("version", version)
            case "workflow_id":
                writer.field("workflow_name", optional: workflowName)
                if let labels { writer.field("labels", raw: labels) }
            default: break
            }
        }
        writeHandling(to: &writer, at: now)
        if let resolution {
            writer.field("resolution", raw: resolution)
        } else {
            writer.name("actions")
            writer.array(kind.actions) { $0.string($1) }
        }
        writer.name("links")
        writer.object { writer in
            writer.field("self", "/v1/escalations/\(id)")
            writer.field("workflow", "/v1/workflows/\(id.workflow)")
            writer.field("history", "/v1/workflows/\(id.workflow)/history")
        }
    }

    private func writeHandling(to writer: inout JSONWriter, at now: Instant) {
        let handling = handling
        writer.field("tier", handling.tier)
        writer.field("assignee", optional: handling.assignee)
        if resolution == nil { writeClaim(of: handling, to: &writer, at: now) }
        writer.field("quorum", handling.quorum)
        writer.name("votes")
        writer.array(handling.votes) { writer, vote in
            writer.object { writer in
                let resolution = vote.resolution
                writer.field("by", resolution.by)
                writer.field("action", resolution.action.name)
                if let (name, content) = resolution.action.content { writer.field(name, raw: content) }
                writer.field("reason", optional: resolution.reason)
                writer.field("at", vote.at)
            }
        }
        writer.name("comments")
        if let comments { writer.raw(comments) } else { writer.array([Int]()) { _, _ in } }
    }

    private func writeClaim(of handling: Handling, to writer: inout JSONWriter, at now: Instant) {
        guard let claim = handling.claim(at: now) else { return }
        writer.name("claim")
        writer.object { writer in
            writer.field("by", claim.by)
            writer.field("at", claim.at)
            writer.field("until", claim.until)
        }
    }

    /// What tells it from others in a list that many stand in.
    func writeLine(to writer: inout JSONWriter, at now: Instant) {
        writer.field("id", id)
        writer.field("version", version)
        writer.field("kind", kind.rawValue)
        writer.field("opened_at", openedAt)
        writer.field("workflow_id", id.workflow)
        writer.field("workflow_name", optional: workflowName)
        writer.field("step_id", optional: JSONNode(question).member("step_id")?.string)
        writer.field("assignee", optional: handling.assignee)
        writeClaim(of: handling, to: &writer, at: now)
    }
}

/// What the other steps of an escalation's workflow have given so far.
struct EscalationResults {
    private let results: [(step: String, result: JSONText)]
    private let omitted: [String]
    let bytes: Int

    /// Bytes of all together.
    private static let limit = 1 << 20

    init(of view: WorkflowView) {
        var (results, omitted, bytes) = ([(step: String, result: JSONText)](), [String](), 0)
        for (ordinal, step) in view.workflow.plan.steps.enumerated() {
            guard let result = view.workflow.results[ordinal] else { continue }
            if bytes + result.bytes.count > Self.limit {
                omitted.append(step.id)
            } else {
                bytes += result.bytes.count
                results.append((step.id, result))
            }
        }
        (self.results, self.omitted, self.bytes) = (results, omitted, bytes)
    }

    func write(to writer: inout JSONWriter) {
        writer.name("results")
        writer.object { writer in
            for (step, result) in results { writer.field(step, raw: result) }
        }
        guard !omitted.isEmpty else { return }
        writer.name("results_omitted")
        writer.array(omitted) { $0.string($1) }
    }
}
