import JSON
import WorkflowCore

/// Reasons in words: what holds a step up, and what would help.
extension StepReason {
    package func detail(of type: String) -> String {
        switch self {
        case .waitsForSteps(let steps):
            "It comes after \(Self.list(steps)), which \(steps.count == 1 ? "has" : "have") not ended."
        case .waitsForHuman(let question):
            "A person is asked by the escalation \(question.id)\(Self.since(question.since))."
        case .backingOff(let until, let failure):
            "The last attempt failed\(failure.map { " (\($0.code))" } ?? ""); "
                + "the next one is due\(until.map { " at \($0)" } ?? "")."
        case .working(let agent, let since, _, let heardAt):
            "The agent \(agent?.description ?? "that took it") works on it\(Self.since(since))\(Self.heard(heardAt))."
        case .stuck(let agent, _, let warning, let heardAt):
            "The agent \(agent?.description ?? "that took it") works on it\(Self.heard(heardAt)), and seems to be "
                + "stuck: \(warning)."
        case .queuePaused(let waiting): "The task type '\(type)' is paused; \(Self.tasks(waiting)) of it."
        case .noCapableAgent(let draining, let waiting):
            "No agent that takes tasks is capable of '\(type)'"
                + (draining > 0 ? "; \(draining) of those that are draining are." : ".") + " "
                + Self.tasks(waiting).capitalizedFirst + "."
        case .unmetRequirement(let missing, let nearest, let agents, let waiting):
            "None of the \(agents) agents capable of '\(type)' has all that the step's 'requires' asks for; "
                + "the nearest, '\(nearest)', lacks \(missing.map(Constraints.shown).joined(separator: ", ")). "
                + Self.tasks(waiting).capitalizedFirst + "."
        case .concurrencyLimit(let limit, let running, let waiting):
            "\(running) tasks of '\(type)' are held, and \(limit) may be; \(Self.tasks(waiting))."
        case .rateLimit(let rate, let key, let free):
            "The rate of \(rate.limit) a \(rate.period.rawValue)\(key.map { " for '\($0)'" } ?? "") is used up; "
                + "the next task may be taken at \(free)."
        case .waitsForAgent(let agent, let name, let until, _):
            "It is directed to the agent \(name.map { "'\($0)' (\(agent))" } ?? agent.description), and for everyone "
                + "capable of '\(type)' from \(until) on."
        case .allBusy(let agents, let waiting):
            "All \(agents.reduce(0) { $0 + $1.slots }) slots of the \(agents.count) agents capable of '\(type)' are "
                + "taken; \(Self.tasks(waiting))."
        case .nextTake(let agents, let slots, let waiting):
            "Nothing holds it up: the \(agents) agents capable of '\(type)' have \(slots) free slots; "
                + "\(Self.tasks(waiting))."
        }
    }

    package func help(of type: String) -> String {
        switch self {
        case .waitsForSteps: "See what those steps wait for."
        case .waitsForHuman(let question): "Resolve it: POST /v1/escalations/\(question.id)/resolve."
        case .backingOff: "Wait, or shorten the 'retry' of such steps."
        case .working: "Wait for the agent; at the deadline the attempt times out."
        case .stuck: "Tell the agent what to do: POST /v1/tasks/{task_id}/guidance; or wait for its timeout."
        case .queuePaused: "Set 'paused' to false: PUT /v1/task-types/\(type)."
        case .noCapableAgent: "Start an agent that registers with the capability '\(type)'."
        case .unmetRequirement: "Start an agent whose capability '\(type)' has these 'constraints'."
        case .concurrencyLimit: "Raise 'max_concurrency': PUT /v1/task-types/\(type)."
        case .rateLimit: "Wait, or raise 'rate': PUT /v1/task-types/\(type)."
        case .waitsForAgent: "Wait, or shorten the 'wait' of 'dispatch': PUT /v1/task-types/\(type)."
        case .allBusy: "Start more agents that are capable of '\(type)', or give them more slots."
        case .nextTake: "See that the agents ask for tasks: POST /v1/agents/{agent_id}/tasks."
        }
    }

    private static let shownSteps = 5

    private static func list(_ steps: [String]) -> String {
        let shown = steps.prefix(shownSteps).map { "'\($0)'" }.joined(separator: ", ")
        return steps.count > shownSteps ? "\(shown) and \(steps.count - shownSteps) more" : shown
    }

    private static func since(_ since: (some CustomStringConvertible)?) -> String { since.map { " since \($0)" } ?? "" }

    private static func heard(_ at: Instant?) -> String { at.map { ", and was last heard of at \($0)" } ?? "" }

    private static func tasks(_ count: Int) -> String { count == 1 ? "1 task waits" : "\(count) tasks wait" }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
