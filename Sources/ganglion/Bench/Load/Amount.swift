/// How much is measured: so many workflows, or whatever begins within a time.
enum Amount: Hashable, Sendable {
    case workflows(Int)
    case duration(Duration)

    private static let shortestWarmUp = Duration.seconds(1)

    /// What goes before the measurement: a tenth of it, and at least one round of what is under way at a time.
    func warmUp(concurrency: Int) -> Amount {
        switch self {
        case .workflows(let count): .workflows(min(max(count / 10, concurrency, 1), count))
        case .duration(let duration): .duration(max(duration / 10, min(Self.shortestWarmUp, duration)))
        }
    }
}

/// How workflows are started.
enum Load: Hashable, Sendable {
    /// So many are under way at a time: the next one is started when one has ended.
    case closed(concurrency: Int)
    /// So many are started a second, however long they take.
    case open(rate: Double)
}
