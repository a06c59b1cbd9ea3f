/// One try of a task: who took it, and how it ended. Part of the step's state and of an escalation's context.
package struct Attempt: Hashable, Sendable {
    package var number: Int
    package var queuedAt: Instant
    package var startedAt: Instant?
    package var endedAt: Instant?
    package var agent: AgentID?
    /// Set when the attempt ended without being accepted.
    package var failure: Failure?
    /// At most one, beside the attempt: hardly any attempt asks, and all would be larger by it.
    private var question: [AskedQuestion] = []

    /// Set when the attempt ended with a question.
    package var asked: AskedQuestion? {
        get { question.first }
        set { question = newValue.map { [$0] } ?? [] }
    }

    package init(number: Int, queuedAt: Instant) {
        self.number = number
        self.queuedAt = queuedAt
    }
}
