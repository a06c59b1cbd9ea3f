import Coordination
import JSON
import WorkflowCore

/// Reasons as the API shows them.
extension Node.ExplainedStep {
    func write(to writer: inout JSONWriter) {
        let type = facts.taskType ?? ""
        writer.field("step_id", facts.id)
        writer.field("status", facts.state.status.rawValue)
        writer.field("reason", reason.name)
        writer.field("detail", reason.detail(of: type))
        writer.field("help", reason.help(of: type))
        writer.field("task_type", optional: facts.taskType)
        writer.field("since", optional: since)
        reason.writeFigures(to: &writer)
    }

    private var since: String? {
        switch reason {
        case .waitsForSteps, .backingOff: nil
        case .waitsForHuman(let question): question.since
        case .working(_, let since, _, _): since?.description
        case .stuck(_, let since, _, _): since.description
        default: facts.state.attempt?.queuedAt.description
        }
    }
}

extension StepReason {
    private static let shownAgents = 10

    fileprivate func writeFigures(to writer: inout JSONWriter) {
        switch self {
        case .waitsForSteps(let steps):
            writer.name("steps")
            writer.array(steps) { $0.string($1) }
        case .waitsForHuman(let question): writer.field("escalation_id", question.id.description)
        case .backingOff(let until, let failure):
            writer.field("until", optional: until?.description)
            failure?.write("error", to: &writer)
        case .working(let agent, _, let deadline, let heardAt):
            writer.field("agent_id", optional: agent?.description)
            writer.field("until", optional: deadline?.description)
            writer.field("heard_at", optional: heardAt?.description)
        case .stuck(let agent, _, _, let heardAt):
            writer.field("agent_id", optional: agent?.description)
            writer.field("heard_at", optional: heardAt?.description)
        case .queuePaused(let waiting): writer.field("waiting", waiting)
        case .noCapableAgent(let draining, let waiting):
            writer.field("waiting", waiting)
            writer.field("draining", draining)
        case .unmetRequirement(let missing, _, let agents, let waiting):
            writer.field("waiting", waiting)
            writer.field("agents_able", agents)
            writer.name("missing")
            writer.array(missing) { $0.string(Constraints.shown($1)) }
        case .waitsForAgent(let agent, _, let until, let waiting):
            writer.field("waiting", waiting)
            writer.field("agent_id", agent.description)
            writer.field("until", until.description)
        case .concurrencyLimit(let limit, let running, let waiting):
            writer.field("waiting", waiting)
            writer.field("limit", limit)
            writer.field("running", running)
        case .rateLimit(_, let key, let free):
            writer.field("key", optional: key)
            writer.field("next_free_at", free.description)
        case .allBusy(let agents, let waiting):
            writer.field("waiting", waiting)
            writer.field("agents_able", agents.count)
            writer.name("agents")
            let busiest = agents.sorted { ($1.held, $0.id.description) < ($0.held, $1.id.description) }
            writer.array(busiest.prefix(Self.shownAgents)) { writer, agent in
                writer.object { writer in
                    writer.field("agent_id", agent.id.description)
                    writer.field("name", agent.name)
                    writer.field("slots", agent.slots)
                    writer.field("held", agent.held)
                }
            }
        case .nextTake(let agents, let freeSlots, let waiting):
            writer.field("waiting", waiting)
            writer.field("agents_able", agents)
            writer.field("free_slots", freeSlots)
        }
    }
}
