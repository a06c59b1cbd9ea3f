import CLinux
import Dispatch
import Glibc
import Synchronization

/// What a loop's thread works on. The thread keeps it, and not the loop: so a loop that nobody uses any more ends.
final class ThreadedCore: LoopCore {
    let poller: Poller?
    private let sockets: Poller
    private let timers = TimerQueue()
    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)

    private struct State {
        var jobs: [LoopJob] = []
        /// The loop whose jobs these are; it lives until they have run.
        var loop: EventLoop?
        /// The thread is in a turn, or has been woken for one, and will see what is added.
        var isAwake = true
        var isStopped = false
    }

    /// After so many jobs a turn looks for I/O again: a chain of jobs must not starve the sockets.
    private static let jobsPerTurn = 256
    /// A burst's memory is not kept for ever.
    private static let keptCapacity = 4096

    init() throws(SystemError) {
        sockets = try Poller()
        poller = sockets
    }

    var now: ContinuousClock.Instant { .now }

    var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: From any thread

    func add(_ job: LoopJob, of loop: EventLoop) {
        let needsWake = state.withLock { state in
            state.jobs.append(job)
            if state.loop == nil { state.loop = loop }
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if needsWake { sockets.wake() }
    }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        let (timer, isEarliest) = timers.schedule(after: delay, at: Self.nanoseconds, body)
        if isEarliest { wake() }
        return timer
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        wake()
    }

    private func wake() {
        let needsWake = state.withLock { state in
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if needsWake { sockets.wake() }
    }

    // MARK: The thread

    /// A serial queue's only work item is the loop's whole life: so Dispatch gives it a thread that is nobody else's
    /// until `stop`, with all signals left to others.
    func start(named name: String) {
        DispatchQueue(label: "ganglion.\(name)").async { [self] in
            _ = unsafe CLinux_nameThread(name)
            run()
            // The thread goes back to Dispatch.
            _ = unsafe CLinux_nameThread("dispatch")
        }
    }

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        var jobs: [LoopJob] = []
        while !state.withLock({ $0.isStopped }) {
            let isIdle = fallAsleepIfIdle()
            let events = sockets.wait(forMilliseconds: isIdle ? timers.millisecondsUntilNext(at: Self.nanoseconds) : 0)
            state.withLock { $0.isAwake = true }
            sockets.deliver(events)
            timers.fire(at: Self.nanoseconds)
            runJobs(&jobs)
            sockets.endTurn()
            if jobs.capacity > Self.keptCapacity { jobs = [] }
        }
    }

    /// Whether nothing is left to run; then whoever adds something wakes the thread.
    private func fallAsleepIfIdle() -> Bool {
        // The last reference to the loop may be this one: it is let go outside the lock, which its end takes.
        let (isIdle, loop) = state.withLock { state -> (Bool, EventLoop?) in
            guard state.jobs.isEmpty, !state.isStopped else { return (false, nil) }
            defer { state.loop = nil }
            state.isAwake = false
            return (true, state.loop)
        }
        withExtendedLifetime(loop) {}
        return isIdle
    }

    /// Runs jobs, and what they make ready, until none are left or the turn's share is done.
    private func runJobs(_ jobs: inout [LoopJob]) {
        var remaining = Self.jobsPerTurn
        while remaining > 0 {
            jobs.removeAll(keepingCapacity: true)
            let loop = state.withLock { state in
                swap(&state.jobs, &jobs)
                return state.loop
            }
            guard let loop, !jobs.isEmpty else { return }
            for job in jobs { job.run(on: loop) }
            remaining -= jobs.count
        }
    }

    /// Of a clock that is never set (clock_gettime(2), CLOCK_MONOTONIC).
    private static var nanoseconds: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
