import JSON

/// How often a task is tried, and how long each wait between two attempts is.
package struct RetryPolicy: Hashable, Sendable {
    package var maximumAttempts = 3
    package var initialBackoff = Duration.seconds(1)
    package var factor = 2.0
    package var maximumBackoff = Duration.seconds(60)

    package static let attemptsRange = 1...100
    package static let factorRange = 1.0...100.0

    package init() {}

    /// The wait before the attempt that follows `attempt`: `initialBackoff * factor^(attempt - 1)`, at most
    /// `maximumBackoff`, shortened by up to a fifth so that tasks that failed together do not return together.
    ///
    /// The jitter comes from the task and the attempt, not from a generator: the same plan, events and times
    /// give the same state.
    package func backoff(after attempt: Int, of task: TaskID) -> Duration {
        let limit = Double(maximumBackoff.wholeMilliseconds)
        var milliseconds = min(Double(initialBackoff.wholeMilliseconds), limit)
        for _ in 1..<max(attempt, 1) where milliseconds < limit { milliseconds = min(milliseconds * factor, limit) }
        let place = UInt64(truncatingIfNeeded: task.step) << 32 ^ UInt64(truncatingIfNeeded: attempt)
        let seed = task.workflow.token.low ^ place
        let fraction = Double(Self.mixed(seed) >> 11) / Double(1 << 53)
        return .milliseconds(Int64(milliseconds * (1 - 0.2 * fraction)))
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014).
    private static func mixed(_ seed: UInt64) -> UInt64 {
        var bits = seed &+ 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}

/// What happens to a step whose task ran out of attempts.
package enum ExhaustionPolicy: String, Sendable, CaseIterable {
    /// Ask a human, and wait for the resolution.
    case escalate
    /// Fail the step, and with it the workflow.
    case fail
    /// Go on without its result.
    case skip
}
