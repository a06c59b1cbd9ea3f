import Dispatch
import Glibc
import Synchronization

/// One core's worth of I/O and of the actors pinned to it: a serial Dispatch queue that is an executor, and an epoll
/// instance whose readiness that queue is told of.
///
/// A hop between two executors through Dispatch costs about 12 µs, one between actors of the same loop a lock: the loop
/// keeps its own run queue and asks Dispatch only to be woken. A turn takes the ready events, runs what they and
/// others enqueued, and then the turn's last rites: writes that were collected leave together.
package final class EventLoop: SerialExecutor, TaskExecutor {
    package let name: String
    private let queue: DispatchQueue
    private let shared = Mutex(RunQueue())
    fileprivate let poller: Poller
    private let timers: TimerQueue

    private struct RunQueue {
        var jobs: [Job] = []
        var isWakePending = false
    }

    private enum Job {
        case executor(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private static let loopKey = DispatchSpecificKey<ObjectIdentifier>()
    /// After so many jobs a turn looks for I/O again: a chain of jobs must not starve the sockets.
    private static let jobsPerTurn = 256

    package init(name: String) throws(SystemError) {
        self.name = name
        queue = DispatchQueue(label: "ganglion.\(name)")
        poller = try Poller(queue: queue)
        timers = TimerQueue(queue: queue)
        queue.setSpecific(key: Self.loopKey, value: ObjectIdentifier(self))
        poller.start { [weak self] in self?.turn() }
        timers.start { [weak self] in self?.turn() }
    }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        add(.executor(UnownedJob(job)))
    }

    package func execute(_ body: @escaping @Sendable () -> Void) {
        add(.closure(body))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }

    package func checkIsolated() {
        precondition(isCurrent, "not on the event loop \(name)")
    }

    package func isIsolatingCurrentContext() -> Bool? { isCurrent }

    package var isCurrent: Bool {
        DispatchQueue.getSpecific(key: Self.loopKey) == ObjectIdentifier(self)
    }

    private func add(_ job: Job) {
        let needsWake = shared.withLock { state in
            state.jobs.append(job)
            defer { state.isWakePending = true }
            return !state.isWakePending
        }
        if needsWake { queue.async { [self] in turn() } }
    }

    // MARK: Turns

    /// Runs jobs until there are none left or the turn's share is done; then another turn is asked for.
    private func turn() {
        poller.harvest()
        timers.fire()
        var remaining = Self.jobsPerTurn
        while remaining > 0 {
            let jobs = shared.withLock { state in
                let jobs = state.jobs
                state.jobs = []
                // Whoever enqueues from here on, this turn included, finds a turn already coming.
                state.isWakePending = !jobs.isEmpty
                return jobs
            }
            if jobs.isEmpty { break }
            for job in jobs { run(job) }
            remaining -= jobs.count
            if remaining > 0 { poller.endTurn() }
        }
        poller.endTurn()
        let needsTurn = shared.withLock { state in
            state.isWakePending = !state.jobs.isEmpty
            return state.isWakePending
        }
        if needsTurn { queue.async { [self] in turn() } }
    }

    private func run(_ job: Job) {
        switch job {
        case .executor(let job):
            unsafe job.runSynchronously(
                isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        case .closure(let body): body()
        }
    }

    // MARK: What sockets use

    /// Calls `body` on this loop after `delay`.
    package func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        timers.schedule(after: delay, body)
    }

    /// Tells `handler` on this loop about the descriptor's readiness, as it changes (edge-triggered).
    func watch(_ descriptor: Int32, _ handler: any ReadinessHandler) throws(SystemError) {
        try poller.add(descriptor, handler)
    }

    func unwatch(_ descriptor: Int32) {
        poller.remove(descriptor)
    }

    /// Calls `body` when the current turn has nothing left to run; only from this loop.
    func atEndOfTurn(_ body: @escaping () -> Void) {
        poller.atEndOfTurn(body)
    }
}

extension EventLoop {
    /// Lends the loop's one read buffer; only from this loop.
    func withReadBuffer<Result>(
        _ body: (inout [UInt8]) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        try poller.withReadBuffer(body)
    }
}

/// What watches a descriptor; called on its loop.
protocol ReadinessHandler: AnyObject, Sendable {
    func ready(_ readiness: Readiness)
}

/// What epoll says of a descriptor.
struct Readiness: Hashable, Sendable {
    var isReadable: Bool
    var isWritable: Bool
}

extension EventLoop {
    /// Waits on this loop's clock; returns early when the task is cancelled.
    package func pause(for delay: Duration) async {
        let gate = PauseGate()
        let timer = schedule(after: delay) { gate.open() }
        await withTaskCancellationHandler {
            await gate.pass()
        } onCancel: {
            gate.open()
        }
        timer.cancel()
    }
}
