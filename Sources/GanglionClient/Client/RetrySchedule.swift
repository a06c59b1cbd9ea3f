/// Decides whether a call that failed is made again, and after what pause.
struct RetrySchedule: Sendable {
    /// How long after the call's beginning it may still be tried again.
    let budget: Duration
    private var failures = 0

    init(budget: Duration) {
        self.budget = budget
    }

    /// The pause before the next try; `nil` if there is to be none. `jitter` is a random number from 0 to 1.
    mutating func pause(
        after error: GanglionError, isRepeatable: Bool, elapsed: Duration, jitter: Double
    ) -> Duration? {
        switch error {
        case .refused(let problem) where problem.isOfGateway: guard isRepeatable else { return nil }
        case .refused(let problem): guard problem.isTemporary else { return nil }
        case .unreachable: break
        case .noAnswer, .timedOut: guard isRepeatable else { return nil }
        case .cancelled, .unexpectedAnswer, .invalidArgument: return nil
        }
        failures += 1
        let pause = Backoff.pause(failures: failures, asked: error.problem?.retryAfter, jitter: jitter)
        return elapsed + pause <= budget ? pause : nil
    }
}

/// Pauses that grow with the failures in a row, and differ so that not all clients come back at once.
enum Backoff {
    private static let first = Duration.milliseconds(50)
    private static let longest = Duration.seconds(2)

    /// A half to the whole of 50 ms, 100 ms and so on up to 2 s; never less than the service asked for.
    static func pause(failures: Int, asked: Duration?, jitter: Double) -> Duration {
        let whole = min(first * (1 << min(max(failures, 1) - 1, 10)), longest)
        let pause = whole * (0.5 + jitter / 2)
        // Whoever asks all to come back after a second does not mean in the same instant.
        guard let asked else { return pause }
        return asked + min(pause, max(asked, first) / 4)
    }
}
