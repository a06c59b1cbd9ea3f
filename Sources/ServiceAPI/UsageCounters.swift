import CoreMetrics
import Metrics
import Synchronization
import WorkflowCore

/// The figures of what work cost, one a unit. Agents name the units, and so there is a limit: each is a time series for
/// as long as the process lives.
final class UsageCounters: Sendable {
    private let counters = Mutex<[String: FloatingPointCounter]>([:])

    static let maximumUnits = 100
    /// What units beyond the limit are counted as.
    static let other = "other"

    func counter(for unit: String) -> FloatingPointCounter {
        counters.withLock { counters in
            let name = counters[unit] == nil && counters.count >= Self.maximumUnits ? Self.other : unit
            if let known = counters[name] { return known }
            let counter = FloatingPointCounter(label: "ganglion_usage_total", dimensions: [("unit", name)])
            counters[name] = counter
            return counter
        }
    }

    /// How many figures there are.
    var count: Int { counters.withLock { $0.count } }
}

extension Usage {
    private static let counters = UsageCounters()

    /// Adds it to the figures of this node.
    func count() {
        for (unit, amount) in amounts { Self.counters.counter(for: unit).increment(by: amount) }
    }
}
