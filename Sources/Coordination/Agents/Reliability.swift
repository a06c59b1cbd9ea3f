package import WorkflowCore

/// How an agent's attempts at tasks of a type ended: what was long ago counts less, half as much after an hour.
package struct Reliability: Hashable, Sendable {
    package private(set) var succeeded = 0.0
    package private(set) var failed = 0.0
    /// Of those that failed, how many were tried again.
    package private(set) var retried = 0.0
    /// What those that succeeded took, together, in milliseconds.
    private(set) var milliseconds = 0.0
    private(set) var at: Instant

    package static let halfLife = Duration.seconds(3600)

    package init(at: Instant) { self.at = at }

    /// As it was stored.
    init(succeeded: Double, failed: Double, retried: Double, milliseconds: Double, at: Instant) {
        self.succeeded = succeeded
        self.failed = failed
        self.retried = retried
        self.milliseconds = milliseconds
        self.at = at
    }

    /// From 0 to 1: the share of what succeeded, as if one more had. Whoever has done nothing yet has 1.
    package var score: Double { (succeeded + 1) / (succeeded + failed + 1) }

    /// How long a task takes that succeeds, on average.
    package var meanLatency: Duration? {
        succeeded > 0 ? .milliseconds(Int64((milliseconds / succeeded).rounded())) : nil
    }

    mutating func add(_ tally: AgentTally, at now: Instant) {
        let rest = Self.weight(of: now - at)
        succeeded = succeeded * rest + Double(tally.succeeded)
        failed = failed * rest + Double(tally.failed)
        retried = retried * rest + Double(tally.retried)
        milliseconds = milliseconds * rest + Double(tally.milliseconds)
        at = max(at, now)
    }

    /// Halves for each half-life, evenly in between: a power of a fraction would need a library.
    static func weight(of age: Duration) -> Double {
        let lives = max(age, .zero) / halfLife
        guard lives < 64 else { return 0 }
        let whole = lives.rounded(.down)
        return (1 - (lives - whole) / 2) / Double(UInt64(1) << UInt64(whole))
    }
}

/// How attempts of an agent at tasks of a type ended since a node last told the store.
package struct AgentTally: Hashable, Sendable {
    package var succeeded = 0
    package var failed = 0
    package var retried = 0
    package var milliseconds: Int64 = 0

    package init() {}
}

/// Whose attempts they were.
package struct TallyKey: Hashable, Sendable {
    package let agent: AgentID
    package let type: String

    package init(agent: AgentID, type: String) {
        self.agent = agent
        self.type = type
    }
}
