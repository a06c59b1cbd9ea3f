package import CoreMetrics
import Synchronization

/// Keeps every figure of the process, and writes them in Prometheus's text format.
///
/// Whoever counts looks its figure up once; from then on a counter and a gauge cost one atomic operation, a histogram
/// a lock of its own.
package final class PrometheusRegistry: Sendable {
    private let families = Mutex<[String: Family]>([:])
    private let help: [String: String]

    /// All figures of one name.
    private struct Family {
        let kind: MetricKind
        /// By their labels, as they are written.
        var cells: [String: any MetricCell] = [:]
    }

    /// `help` says what the figures of a name mean.
    package init(help: [String: String] = MetricHelp.known) {
        self.help = help
    }

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Everything, in an order that does not change from one time to the next.
    package func text() -> [UInt8] {
        let families = families.withLock { $0 }
        var writer = ExpositionWriter()
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            writer.begin(name, family.kind.type, help: help[name])
            for (labels, cell) in family.cells.sorted(by: { $0.key < $1.key }) {
                cell.write(name, labels, to: &writer)
            }
        }
        return writer.bytes
    }

    /// The figure with this name and these labels, which is made if there is none yet.
    private func cell<Cell: MetricCell>(
        _ label: String, _ dimensions: [(String, String)], _ kind: MetricKind, _ make: () -> Cell
    ) -> Cell {
        let labels = MetricName.labels(dimensions)
        return families.withLock { families in
            var name = MetricName.text(label, kind)
            // One name is one type. Who uses it for another one still gets a figure that is counted and seen.
            while let family = families[name], family.kind != kind { name += "_\(kind)" }
            if let known = families[name]?.cells[labels] as? Cell { return known }
            let cell = make()
            families[name, default: Family(kind: kind)].cells[labels] = cell
            return cell
        }
    }

    private func remove(_ cell: AnyObject) {
        families.withLock { families in
            for (name, family) in families {
                guard let labels = family.cells.first(where: { $0.value === cell })?.key else { continue }
                families[name]?.cells[labels] = nil
                if family.cells.count == 1 { families[name] = nil }
                return
            }
        }
    }
}

extension PrometheusRegistry: MetricsFactory {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions, .counter) { CounterCell() }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        cell(label, dimensions, .counter) { CounterCell() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, dimensions, .gauge) { GaugeCell() }
    }

    /// swift-metrics's gauge is a recorder that does not aggregate.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return cell(label, dimensions, .gauge) { GaugeCell() } }
        return cell(label, dimensions, .amount) { HistogramCell(bounds: .amounts) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, dimensions, .time) { HistogramCell(bounds: .seconds) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
