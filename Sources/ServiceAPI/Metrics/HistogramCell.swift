import CoreMetrics
import Synchronization

/// How many values lay below each of some bounds, and what all of them sum to.
final class HistogramCell: MetricCell, RecorderHandler, TimerHandler {
    private let bounds: Bounds
    private let state: Mutex<State>

    private struct State {
        /// For each bound the values that are above the one before; for the last place, those above all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    /// The upper bounds of the buckets, and how they are written.
    struct Bounds: Sendable {
        let values: [Double]
        let texts: [String]

        init(_ values: [Double]) {
            self.values = values
            texts = values.map(ExpositionWriter.text)
        }

        /// From what one commit takes to what a long-poll does.
        static let seconds = Bounds([
            0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
        ])

        /// Powers of four, for counts of a few as well as bytes of many.
        static let amounts = Bounds((0...15).map { Double(1 << ($0 * 2)) })
    }

    init(bounds: Bounds) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.values.count + 1)))
    }

    func recordNanoseconds(_ nanoseconds: Int64) { record(Double(nanoseconds) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    /// NaN and infinities are not counted: the sum would be lost.
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let place = bounds.values.firstIndex { value <= $0 } ?? bounds.values.count
        state.withLock { state in
            state.counts[place] += 1
            state.sum += value
        }
    }

    func write(_ name: String, _ labels: String, to writer: inout ExpositionWriter) {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : "\(labels),"
        var count: UInt64 = 0
        for (bound, added) in zip(bounds.texts + ["+Inf"], state.counts) {
            count += added
            writer.sample("\(name)_bucket", "\(prefix)le=\"\(bound)\"", "\(count)")
        }
        writer.sample("\(name)_sum", labels, ExpositionWriter.text(state.sum))
        writer.sample("\(name)_count", labels, "\(count)")
    }
}
