import Synchronization

/// The numbers of the workflows that are still to be started, for all that start some.
final class Numbers: Sendable {
    private let started = Atomic(0)
    private let count: Int
    private let end: ContinuousClock.Instant?

    init(_ amount: Amount, at now: ContinuousClock.Instant = .now) {
        switch amount {
        case .workflows(let count): (self.count, end) = (count, nil)
        case .duration(let duration): (count, end) = (.max, now + duration)
        }
    }

    /// `nil` if enough were started, or the task is cancelled.
    func next() -> Int? {
        if Task.isCancelled { return nil }
        if let end, ContinuousClock.now >= end { return nil }
        let number = started.add(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }
}
