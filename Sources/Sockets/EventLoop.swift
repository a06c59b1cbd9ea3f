import Glibc

/// One core's worth of I/O and of the actors pinned to it: a thread that is an executor, and an epoll instance that it
/// waits on.
///
/// A turn takes the events that are ready, runs what they and others enqueued and all that this makes ready, and then
/// lets the writes that were collected leave together. A hop between actors of the same loop costs a lock, one to
/// another loop that sleeps a wake-up of its thread.
///
/// What runs on a loop belongs in tasks that prefer it as their executor (`run`): the runtime compares a task's
/// preference with where it is, and enqueues a task without one anew each time it goes from one function of an actor to
/// the next.
package final class EventLoop: SerialExecutor, TaskExecutor {
    package let name: String
    private let core: any LoopCore
    private let poller: Poller?

    package init(name: String) throws(SystemError) {
        self.name = name
        let core = try ThreadedCore()
        self.core = core
        poller = core.poller
        core.start(named: name)
    }

    /// A loop that stands still save when its driver lets it do a step. It has no sockets.
    package init(name: String, drivenBy driver: LoopDriver) {
        self.name = name
        core = driver
        poller = nil
    }

    deinit { core.stop() }

    // MARK: Executor

    package func enqueue(_ job: consuming ExecutorJob) {
        core.add(.executor(UnownedJob(job)), of: self)
    }

    package func execute(_ body: @escaping @Sendable () -> Void) {
        core.add(.closure(body), of: self)
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

    package var isCurrent: Bool { core.isCurrent }

    /// Runs the body in this task, on this loop wherever it is in no actor of its own.
    package func run<Result: Sendable, Failure: Error>(
        _ body: @concurrent @Sendable () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await withTaskExecutorPreference(self, operation: body)
    }

    // MARK: Waiting

    /// The loop's steady clock, by which its timers go.
    package var now: ContinuousClock.Instant { core.now }

    /// Calls `body` on this loop after `delay`, and up to a millisecond later.
    package func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        core.schedule(after: delay, body)
    }

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

    // MARK: What sockets use

    /// Tells `handler` on this loop about the descriptor's readiness, as it changes (edge-triggered).
    func watch(_ descriptor: Int32, _ handler: any ReadinessHandler) throws(SystemError) {
        guard let poller else { throw SystemError("epoll_ctl", code: ENOTSUP) }
        try poller.add(descriptor, handler)
    }

    func unwatch(_ descriptor: Int32) {
        poller?.remove(descriptor)
    }

    /// Calls `body` when the current turn has nothing left to run; only from this loop.
    func atEndOfTurn(_ body: @escaping () -> Void) {
        guard let poller else { return body() }
        poller.atEndOfTurn(body)
    }

    /// Lends the loop's one read buffer; only from this loop.
    func withReadBuffer<Result>(
        _ body: (inout [UInt8]) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        guard let poller else { throw SystemError("read", code: ENOTSUP) }
        return try poller.withReadBuffer(body)
    }
}
