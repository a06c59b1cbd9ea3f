/// What stands behind a loop: a thread of its own, or an owner who runs it step by step.
protocol LoopCore: Sendable {
    /// A clock that is never set.
    var now: ContinuousClock.Instant { get }
    /// Whether the caller is what runs the loop.
    var isCurrent: Bool { get }
    /// What sockets wait with, where there are some.
    var poller: Poller? { get }

    func add(_ job: LoopJob, of loop: EventLoop)
    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer
    func stop()
}

/// One piece of what a loop has to run.
enum LoopJob {
    case executor(UnownedJob)
    case closure(@Sendable () -> Void)

    func run(on loop: EventLoop) {
        switch self {
        case .executor(let job):
            unsafe job.runSynchronously(
                isolatedTo: loop.asUnownedSerialExecutor(), taskExecutor: loop.asUnownedTaskExecutor())
        case .closure(let body): body()
        }
    }
}
