/// One try of a task: who took it, and how it ended. Part of the step's state and of an escalation's context.
package struct Attempt: Hashable, Sendable {
    package var number: Int
    package var queuedAt: Instant
    package var startedAt: Instant?
    package var endedAt: Instant?
    package var agent: AgentID?
    /// Set when the attempt ended without being accepted.
    package var failure: Failure?

    package init(number: Int, queuedAt: Instant) {
        self.number = number
        self.queuedAt = queuedAt
    }
}
