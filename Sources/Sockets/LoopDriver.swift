import DequeModule
import Glibc
import Synchronization

/// Runs a loop by hand, one step at a time, against a clock that its owner moves: what happens on the loop is then the
/// owner's to decide, and the same decisions make the same happen again.
///
/// Anyone may add to the loop at any time; the steps are made by one thread at a time.
package final class LoopDriver: LoopCore {
    private let timers = TimerQueue()
    private let state = Mutex(State())
    private let jobCount = Atomic(0)
    /// The thread that makes a step just now.
    private let thread = Atomic<UInt>(0)
    private let start: ContinuousClock.Instant
    /// Nanoseconds since `start`.
    private let elapsed = Atomic<Int64>(0)

    private struct State {
        var jobs = Deque<LoopJob>()
        /// The loop whose jobs these are; it lives until they have run.
        var loop: EventLoop?
    }

    /// A clock that shows `start`.
    package init(at start: ContinuousClock.Instant) {
        self.start = start
    }

    // MARK: The clock

    package var now: ContinuousClock.Instant { start + .nanoseconds(elapsed.load(ordering: .relaxed)) }

    /// Moves the clock to so many nanoseconds after its start; it never goes back.
    package func advance(to nanoseconds: Int64) {
        if nanoseconds > elapsed.load(ordering: .relaxed) { elapsed.store(nanoseconds, ordering: .relaxed) }
    }

    /// When the loop's next timer is due, in nanoseconds after the clock's start.
    package var nextTimer: Int64? { timers.next.map { Int64(clamping: $0) } }

    // MARK: Steps

    package var hasJobs: Bool { jobCount.load(ordering: .relaxed) > 0 }

    /// Runs the job that waited longest; says whether there was one.
    package func runJob() -> Bool {
        let next = state.withLock { state -> (LoopJob, EventLoop)? in
            guard let loop = state.loop, let job = state.jobs.popFirst() else { return nil }
            jobCount.store(state.jobs.count, ordering: .relaxed)
            if state.jobs.isEmpty { state.loop = nil }
            return (job, loop)
        }
        guard let (job, loop) = next else { return false }
        asLoop { job.run(on: loop) }
        return true
    }

    /// Makes the call of the first timer that is due by now; says whether there was one.
    package func fireTimer() -> Bool {
        asLoop { timers.fireOne(at: UInt64(clamping: elapsed.load(ordering: .relaxed))) }
    }

    private func asLoop<Result>(_ step: () -> Result) -> Result {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        defer { thread.store(0, ordering: .relaxed) }
        return step()
    }

    // MARK: The loop

    var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }
    var poller: Poller? { nil }

    func add(_ job: LoopJob, of loop: EventLoop) {
        state.withLock { state in
            state.jobs.append(job)
            jobCount.store(state.jobs.count, ordering: .relaxed)
            if state.loop == nil { state.loop = loop }
        }
    }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        timers.schedule(after: delay, at: UInt64(clamping: elapsed.load(ordering: .relaxed)), body).timer
    }

    func stop() {}
}
