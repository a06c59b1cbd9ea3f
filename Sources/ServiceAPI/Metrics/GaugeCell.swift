import CoreMetrics
import Synchronization

/// A value that goes up and down; the last one counts.
final class GaugeCell: MetricCell, RecorderHandler, MeterHandler {
    /// A Double's bits.
    private let value = Atomic<UInt64>(0)

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.store(value.bitPattern, ordering: .relaxed) }
    func increment(by amount: Double) { value.update { $0 + amount } }
    func decrement(by amount: Double) { value.update { $0 - amount } }

    func write(_ name: String, _ labels: String, to writer: inout ExpositionWriter) {
        writer.sample(name, labels, ExpositionWriter.text(Double(bitPattern: value.load(ordering: .relaxed))))
    }
}
