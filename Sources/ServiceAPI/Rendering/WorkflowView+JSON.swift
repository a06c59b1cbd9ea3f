import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// A workflow as the API shows it.
extension WorkflowView {
    var entityTag: String { "\"\(revision)\"" }

    func response(_ status: HTTPResponse.Status = .ok, _ fields: HTTPFields = [:]) -> Response {
        var fields = fields
        fields[.eTag] = entityTag
        let size = workflow.results.values.reduce(512 + 256 * workflow.steps.count) { $0 + $1.bytes.count }
        return .json(status, fields, capacity: size) { write(to: &$0) }
    }

    /// Some of its steps, and how the workflow stands.
    func response(with ids: [String], _ status: HTTPResponse.Status) -> Response {
        let ordinals = ids.compactMap { workflow.plan.ordinals[$0] }
        let size = ordinals.reduce(256) { $0 + 256 + (workflow.results[$1]?.bytes.count ?? 0) }
        return .json(status, [.eTag: entityTag], capacity: size) { writer in
            writer.field("workflow_id", workflow.id.description)
            writer.field("status", self.status.rawValue)
            writer.field("revision", revision)
            writer.name("steps")
            writer.array(ordinals) { writer, ordinal in
                writer.object { writeStep(ordinal, to: &$0) }
            }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.field("id", workflow.id)
        writer.field("name", workflow.plan.name)
        if workflow.plan.isExternal { writer.field("coordinator", "external") }
        writer.field("status", status.rawValue)
        writer.field("revision", revision)
        writer.field("checkpoint_at", committedAt)
        writer.field("created_at", workflow.createdAt)
        writer.field("ended_at", optional: workflow.endedAt)
        if let node { writer.field("node", node) } else { writer.field("node", raw: .null) }
        writer.field("takeovers", takeovers)
        writer.name("labels")
        writer.object { writer in
            for (name, value) in workflow.plan.labels.sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
        }
        writer.name("steps")
        writer.array(workflow.steps.indices) { writer, step in
            writer.object { writeStep(step, to: &$0) }
        }
        writer.field("output", raw: workflow.output ?? .null)
        workflow.failure?.write("failure", to: &writer)
        if let quarantine {
            writer.name("quarantine")
            writer.object { writer in
                writer.field("escalation_id", EscalationID.quarantine(of: workflow.id))
                quarantine.write("error", to: &writer)
            }
        }
    }

    func writeStep(_ step: Int, to writer: inout JSONWriter) {
        let (plan, state) = (workflow.plan.steps[step], workflow.steps[step])
        writer.field("id", plan.id)
        writer.field("task_type", optional: plan.behavior.taskType)
        writer.field("status", state.status.rawValue)
        writer.field("attempts", state.attempts.count)
        if let result = workflow.results[step] { writer.field("result", raw: result) }
        state.failure?.write("failure", to: &writer)
        if let number = state.escalation {
            writer.field("escalation_id", EscalationID(workflow: workflow.id, number: number))
        }
        writer.field("agent_id", optional: state.attempt?.agent)
        switch state.status {
        case .queued, .running, .backingOff, .escalated:
            writer.field("task_id", TaskID(workflow: workflow.id, step: step))
        case .pending, .waiting, .completed, .skipped, .failed, .cancelled: break
        }
        if let progress = state.progress {
            writer.name("progress")
            writer.object { writer in
                writer.field("at", progress.at)
                if let percent = progress.percent { writer.field("percent", percent) }
                writer.field("message", optional: progress.message)
                if !progress.usage.isEmpty { writer.field("usage", progress.usage) }
            }
        }
        if state.hasLongWork { state.long.write(to: &writer) }
        writer.field("deadline", optional: state.deadline)
        writer.field("queued_at", optional: state.attempt?.queuedAt)
        writer.field("started_at", optional: state.attempt?.startedAt)
        writer.field("ended_at", optional: state.endedAt)
    }
}

extension WorkflowSummary {
    func write(to writer: inout JSONWriter) {
        writer.field("id", id)
        writer.field("name", name)
        writer.field("status", status.rawValue)
        writer.field("revision", revision)
        writer.field("created_at", createdAt)
        writer.field("ended_at", optional: endedAt)
        writer.field("labels", raw: labels)
    }
}
