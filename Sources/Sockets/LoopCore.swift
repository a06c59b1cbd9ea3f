import CLinux
import Glibc
import Synchronization

/// What a loop's thread works on. The thread keeps it, and not the loop: so a loop that nobody uses any more ends.
final class LoopCore: Sendable {
    let poller: Poller
    private let timers = TimerQueue()
    private let state = Mutex(State())
    private let thread = Atomic<UInt>(0)

    enum Job {
        case executor(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private struct State {
        var jobs: [Job] = []
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
        poller = try Poller()
    }

    var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }

    // MARK: From any thread

    func add(_ job: Job, of loop: EventLoop) {
        let needsWake = state.withLock { state in
            state.jobs.append(job)
            if state.loop == nil { state.loop = loop }
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if needsWake { poller.wake() }
    }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        let (timer, isEarliest) = timers.schedule(after: delay, body)
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
        if needsWake { poller.wake() }
    }

    // MARK: The thread

    /// pthread_create(3); the thread ends after `stop`.
    func startThread(named name: String) throws(SystemError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let start = ThreadStart(core: self, name: name)
        let argument = unsafe Unmanaged.passRetained(start)
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
                _ = unsafe CLinux_nameThread(start.name)
                start.core.run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            unsafe argument.release()
            throw SystemError("pthread_create", code: code)
        }
    }

    private final class ThreadStart: Sendable {
        let core: LoopCore
        let name: String

        init(core: LoopCore, name: String) {
            self.core = core
            self.name = name
        }
    }

    private func run() {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        Self.leaveSignalsToOthers()
        var jobs: [Job] = []
        while !state.withLock({ $0.isStopped }) {
            let isIdle = fallAsleepIfIdle()
            let events = poller.wait(forMilliseconds: isIdle ? timers.millisecondsUntilNext() : 0)
            state.withLock { $0.isAwake = true }
            poller.deliver(events)
            timers.fire()
            runJobs(&jobs)
            poller.endTurn()
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
    private func runJobs(_ jobs: inout [Job]) {
        var remaining = Self.jobsPerTurn
        while remaining > 0 {
            jobs.removeAll(keepingCapacity: true)
            let loop = state.withLock { state in
                swap(&state.jobs, &jobs)
                return state.loop
            }
            guard let loop, !jobs.isEmpty else { return }
            for job in jobs {
                switch job {
                case .executor(let job):
                    unsafe job.runSynchronously(
                        isolatedTo: loop.asUnownedSerialExecutor(), taskExecutor: loop.asUnownedTaskExecutor())
                case .closure(let body): body()
                }
            }
            remaining -= jobs.count
        }
    }

    /// Signals to the process are for the threads that Dispatch or the program keeps for them; only those that a thread
    /// causes itself stay with this one.
    private static func leaveSignalsToOthers() {
        var signals = sigset_t()
        unsafe sigfillset(&signals)
        for own in [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGPROF] {
            unsafe sigdelset(&signals, own)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
