import Sockets

/// A loop of the world, and its steady clock: one that runs a little faster or slower than the world's time.
final class Lane: @unchecked Sendable {
    // Used, like the world, by one thread only.
    let driver: LoopDriver
    let loop: EventLoop
    private let rate: Double
    /// Nothing runs here before this moment of the world's time, in nanoseconds.
    var frozenUntil: Int64 = 0
    /// Tasks of the lane that have not ended.
    var unendedTasks = 0
    /// Nothing begins here any more: when its tasks have ended it is not needed.
    var isRetired = false

    /// What every clock shows at the beginning.
    private static let epoch = ContinuousClock.now

    /// The clock gains `drift` millionths.
    init(name: String, drift: Int) {
        driver = LoopDriver(at: Self.epoch)
        loop = EventLoop(name: name, drivenBy: driver)
        rate = 1 + Double(drift) / 1_000_000
    }

    /// Sets the clock to a moment of the world's time.
    func follow(_ now: Int64) {
        driver.advance(to: Int64(Double(now) * rate))
    }

    /// When there is something to do next, in the world's time; `nil` if there will be nothing.
    func nextMoment(after now: Int64) -> Int64? {
        if driver.hasJobs { return max(now, frozenUntil) }
        guard let timer = driver.nextTimer else { return nil }
        return max(Int64((Double(timer) / rate).rounded(.up)) + 1, now, frozenUntil)
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
