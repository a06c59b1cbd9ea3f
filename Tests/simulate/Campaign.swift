import Simulation
import Synchronization

/// Hands seeds out to those who run them, and adds up what comes of them.
final class Campaign: Sendable {
    private let state: Mutex<State>

    struct Totals: Sendable {
        var seeds: UInt64 = 0
        var failed = 0
        /// The invariants that were broken, and by which seed first.
        var broken: [Invariant: UInt64] = [:]
        var workflows = 0
        var commits = 0
        var takeovers = 0
        var fenced = 0
        var steps = 0
        var time = Duration.zero
    }

    private struct State {
        var next: UInt64
        let end: UInt64
        let failureLimit: Int
        var totals = Totals()
    }

    init(first: UInt64, count: UInt64, failureLimit: Int) {
        state = Mutex(State(next: first, end: first + count, failureLimit: failureLimit))
    }

    var totals: Totals { state.withLock { $0.totals } }

    /// `nil` when there are no more, or enough have failed.
    func next() -> UInt64? {
        state.withLock { state in
            guard state.next < state.end, state.totals.failed < state.failureLimit else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    func add(_ report: Report, differs: Bool) {
        state.withLock { state in
            state.totals.seeds += 1
            if differs || !report.violations.isEmpty { state.totals.failed += 1 }
            let broken = report.violations.map(\.invariant) + (differs ? [.replay] : [])
            for invariant in broken {
                state.totals.broken[invariant] = min(state.totals.broken[invariant] ?? .max, report.seed)
            }
            state.totals.workflows += report.workflows
            state.totals.commits += report.commits
            state.totals.takeovers += report.takeovers
            state.totals.fenced += report.fenced
            state.totals.steps += report.steps
            state.totals.time += report.time
        }
    }
}
