/// When the workflows of an open loop are due: at a steady rate, whatever becomes of those before them.
struct OpenLoopSchedule: Hashable, Sendable {
    /// How many there are.
    let count: Int
    private let rate: Double

    /// `rate` is a second's, and more than 0.
    init(rate: Double, _ amount: Amount) {
        self.rate = rate
        count =
            switch amount {
            case .workflows(let count): count
            case .duration(let duration): max(1, Int((duration / .seconds(1) * rate).rounded(.up)))
            }
    }

    /// Counted from the beginning; the first is due at once.
    ///
    /// A latency that is counted from here, and not from when the request was sent, holds the time that a request had
    /// to wait because others were slow: nothing is left out in step with the service (Gil Tene's "coordinated
    /// omission").
    func due(_ number: Int) -> Duration { .seconds(Double(number) / rate) }
}
