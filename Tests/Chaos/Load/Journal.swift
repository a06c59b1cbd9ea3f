import Glibc
import Synchronization

/// What clients and agents did and were told, for the checker: nothing in it comes from Redis.
final class Journal: Sendable {
    private let state = Mutex(State())

    /// An agent was given an attempt, and works on it.
    struct Execution: Sendable {
        let step: String
        let attempt: Int
        let agent: String
        /// Of the result that comes of it.
        let serial: Int
        let at: WallTime
    }

    /// What became of an answer.
    struct Verdict: Sendable {
        let step: String
        let attempt: Int
        let agent: String
        let serial: Int
        /// Accepted now or before; otherwise refused.
        let counts: Bool
        let at: WallTime
    }

    /// What is known of one workflow by those who worked on it.
    struct Work: Sendable {
        var executions: [Execution] = []
        var verdicts: [Verdict] = []
        /// What workers logged.
        var remarks: [String] = []
    }

    struct Start: Sendable {
        let number: Int
        let workflow: String
        let acknowledgedAt: WallTime
    }

    /// A workflow whose end its client knows.
    struct End: Sendable {
        let number: Int
        let workflow: String
        /// When it was to be started, since the load began.
        let due: Duration
        let latency: Duration
    }

    /// How requests went. What fails or is put off is made again.
    struct Requests: Sendable {
        var answered = 0
        /// Answered with 503, and when to come back.
        var putOff = 0
        /// No answer, or one of haproxy's that the node went away.
        var failed = 0
        var failures: [String: Int] = [:]
    }

    private struct State {
        var work: [String: Work] = [:]
        var starts: [Start] = []
        var ends: [End] = []
        var requests = Requests()
        var agentRequests = Requests()
        var lastSerial = 0
        var problems: [Problem] = []
    }

    /// What no client or agent should have met, and the workflow that it is about, if any.
    struct Problem: Sendable {
        let workflow: String?
        let text: String
        let at: WallTime
    }

    // MARK: Noting

    func nextSerial() -> Int {
        state.withLock { state in
            state.lastSerial += 1
            return state.lastSerial
        }
    }

    func note(_ execution: Execution, of workflow: String) {
        state.withLock { $0.work[workflow, default: Work()].executions.append(execution) }
    }

    func note(_ verdict: Verdict, of workflow: String) {
        state.withLock { $0.work[workflow, default: Work()].verdicts.append(verdict) }
    }

    func note(remark: String, on workflow: String) {
        state.withLock { $0.work[workflow, default: Work()].remarks.append("at \(wallTime()) \(remark)") }
    }

    func note(_ start: Start) { state.withLock { $0.starts.append(start) } }
    func note(_ end: End) { state.withLock { $0.ends.append(end) } }

    func note(problem: String, with workflow: String? = nil) {
        state.withLock { $0.problems.append(Problem(workflow: workflow, text: problem, at: wallTime())) }
    }

    func noteRequest(ofAgent: Bool, _ change: (inout Requests) -> Void) {
        state.withLock { state in
            if ofAgent { change(&state.agentRequests) } else { change(&state.requests) }
        }
    }

    // MARK: Reading

    var work: [String: Work] { state.withLock { $0.work } }
    var starts: [Start] { state.withLock { $0.starts } }
    var ends: [End] { state.withLock { $0.ends } }
    var requests: Requests { state.withLock { $0.requests } }
    var agentRequests: Requests { state.withLock { $0.agentRequests } }
    var problems: [Problem] { state.withLock { $0.problems } }
    var counts: (started: Int, ended: Int) { state.withLock { ($0.starts.count, $0.ends.count) } }
}

/// Milliseconds since 1970 on this machine's clock, which is also its Redis's.
typealias WallTime = Int

func wallTime() -> WallTime {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
}
