package import WorkflowCore

/// Why a step that has not ended is not further on: the one thing that holds it up first.
package enum StepReason: Hashable, Sendable {
    case waitsForSteps([String])
    case waitsForHuman(OpenQuestion)
    case backingOff(until: Instant?, failure: Failure?)
    /// An agent works on it.
    case working(AgentID?, since: Instant?, deadline: Instant?, heardAt: Instant? = nil)
    /// The same, and its reports do not tell that it gets anywhere.
    case stuck(AgentID?, since: Instant, warning: String, heardAt: Instant?)
    case queuePaused(waiting: Int)
    /// Draining agents take nothing new.
    case noCapableAgent(draining: Int, waiting: Int)
    /// Agents are capable of its type, and none has all that the step asks for: what the nearest one lacks, its name.
    case unmetRequirement(missing: [String], nearest: String, agents: Int, waiting: Int)
    case concurrencyLimit(Int, running: Int, waiting: Int)
    case rateLimit(RateLimit, key: String?, nextFreeAt: Instant)
    /// It is directed to an agent, and for everyone after that.
    case waitsForAgent(AgentID, name: String?, until: Instant, waiting: Int)
    case allBusy([AgentLoad], waiting: Int)
    /// Nothing holds it up: an agent with a free slot may take it when it asks.
    case nextTake(agents: Int, freeSlots: Int, waiting: Int)

    package var name: String {
        switch self {
        case .waitsForSteps: "waits_for_steps"
        case .waitsForHuman: "waits_for_human"
        case .backingOff: "backing_off"
        case .working: "working"
        case .stuck: "stuck"
        case .queuePaused: "queue_paused"
        case .noCapableAgent: "no_capable_agent"
        case .unmetRequirement: "unmet_requirement"
        case .concurrencyLimit: "concurrency_limit"
        case .rateLimit: "rate_limit"
        case .waitsForAgent: "waits_for_agent"
        case .allBusy: "all_busy"
        case .nextTake: "next_take"
        }
    }

    /// Decides from what is known. What a person has to do comes before what time or others will bring.
    package init?(_ facts: StepFacts) {
        let state = facts.state
        if let question = facts.question {
            self = .waitsForHuman(question)
            return
        }
        switch state.status {
        case .pending: self = .waitsForSteps(facts.waitsFor)
        case .backingOff: self = .backingOff(until: state.deadline, failure: state.failure)
        case .running:
            let agent = state.attempt?.agent
            if let vigil = state.long.vigil, let warning = vigil.warning {
                self = .stuck(agent, since: vigil.since, warning: warning, heardAt: facts.heardAt)
                return
            }
            let deadline = [state.deadline, state.long.silentAt].compactMap(\.self).min()
            self = .working(agent, since: state.attempt?.startedAt, deadline: deadline, heardAt: facts.heardAt)
        case .queued:
            guard let queue = facts.queue else { return nil }
            self = StepReason(queue)
        case .waiting, .escalated, .completed, .skipped, .failed, .cancelled: return nil
        }
    }

    private init(_ queue: QueueFacts) {
        let (status, settings) = (queue.status, queue.status.settings)
        let type = status.name
        let capable = queue.agents.filter { $0.status == .alive }
        let able = capable.filter { $0.profile.meets(queue.requires, of: type) }
        if let take = queue.task.take {
            self = .working(take.agent, since: take.at, deadline: nil)
        } else if settings?.isPaused == true {
            self = .queuePaused(waiting: status.waiting)
        } else if capable.isEmpty {
            self = .noCapableAgent(draining: queue.agents.count, waiting: status.waiting)
        } else if able.isEmpty {
            self = .unmetRequirement(queue.requires, among: capable, status)
        } else if let limit = settings?.maximumConcurrency, status.held >= limit {
            self = .concurrencyLimit(limit, running: status.held, waiting: status.waiting)
        } else if let rate = settings?.rate, let free = queue.task.quotaFreeAt, free > status.at {
            let key = rate.key == nil ? "" : queue.task.lane?.quota ?? ""
            self = .rateLimit(rate, key: key.isEmpty ? nil : TaskLane.decoded(key), nextFreeAt: free)
        } else if let agent = queue.task.lane?.agent, let until = queue.task.directedUntil, until > status.at {
            let name = able.first { $0.id == agent }?.name
            self = .waitsForAgent(agent, name: name, until: until, waiting: status.waiting)
        } else {
            let free = able.reduce(0) { $0 + $1.room(for: type) }
            self =
                free == 0
                ? .allBusy(able, waiting: status.waiting)
                : .nextTake(agents: able.count, freeSlots: free, waiting: status.waiting)
        }
    }

    private static func unmetRequirement(
        _ requires: Constraints, among capable: [AgentLoad], _ status: TaskTypeStatus
    ) -> StepReason {
        let lacking = capable.map { (agent: $0, missing: $0.profile.unmet(requires, of: status.name)) }
        let nearest = lacking.min {
            ($0.missing.count, $0.agent.name, $0.agent.id.description)
                < ($1.missing.count, $1.agent.name, $1.agent.id.description)
        }
        return .unmetRequirement(
            missing: nearest?.missing ?? [], nearest: nearest?.agent.name ?? "", agents: capable.count,
            waiting: status.waiting)
    }
}
