/// How long to wait before the next attempt to connect: twice as long each time, with jitter, up to a limit.
struct ReconnectPolicy {
    private var failures = 0
    private static let first = Duration.milliseconds(20)
    private static let longest = Duration.seconds(1)

    /// So many failures in a row take more than half a second.
    private static let lasting = 5

    mutating func succeeded() { failures = 0 }

    var isLasting: Bool { failures >= Self.lasting }

    mutating func nextDelay() -> Duration {
        let delay = min(Self.first * (1 << min(failures, 10)), Self.longest)
        failures += 1
        return delay * Double.random(in: 0.75...1)
    }
}
