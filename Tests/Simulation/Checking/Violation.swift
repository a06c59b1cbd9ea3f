/// Something that must never be, and was.
package struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// Which of the ten invariants.
    package let invariant: Invariant
    package let text: String

    package var description: String { "invariant \(invariant.rawValue) (\(invariant.rule)): \(text)" }
}

/// What holds whatever nodes, agents, networks and clocks do.
package enum Invariant: Int, Hashable, Sendable, CaseIterable {
    case nothingLost = 1
    case oneResult, order, fence, attempts, escalations, history, queues, waits, replay

    package var rule: String {
        switch self {
        case .nothingLost: "what was acknowledged is never lost, and reaches its end or a human"
        case .oneResult: "at most one result is ever accepted for a task"
        case .order: "no step starts before what it comes after has ended"
        case .fence: "a fenced node changes nothing"
        case .attempts: "attempts never exceed the policy"
        case .escalations: "an escalation is resolved at most once"
        case .history: "nothing in the history is ever changed"
        case .queues: "a queue entry exists if and only if its task is open"
        case .waits: "every wait ends"
        case .replay: "the same plan, events and times give the same state"
        }
    }
}
