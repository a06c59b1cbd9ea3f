import CoreMetrics
import Synchronization

/// A count that only grows. Whole numbers and fractions are kept apart, so that the former stay exact.
final class CounterCell: MetricCell, CounterHandler, FloatingPointCounterHandler {
    private let whole = Atomic<UInt64>(0)
    /// A Double's bits.
    private let fraction = Atomic<UInt64>(0)

    /// Less than nothing is not counted: to Prometheus, a counter that shrinks was restarted.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fraction.update { $0 + amount }
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fraction.store(0, ordering: .relaxed)
    }

    func write(_ name: String, _ labels: String, to writer: inout ExpositionWriter) {
        let whole = whole.load(ordering: .relaxed)
        let fraction = Double(bitPattern: fraction.load(ordering: .relaxed))
        writer.sample(name, labels, fraction == 0 ? "\(whole)" : ExpositionWriter.text(Double(whole) + fraction))
    }
}

extension Atomic<UInt64> {
    /// Changes the Double whose bits these are.
    func update(_ change: (Double) -> Double) {
        var bits = load(ordering: .relaxed)
        while true {
            let changed = change(Double(bitPattern: bits)).bitPattern
            let (isDone, seen) = weakCompareExchange(expected: bits, desired: changed, ordering: .relaxed)
            if isDone { return }
            bits = seen
        }
    }
}
