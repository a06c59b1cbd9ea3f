import JSON

/// Times in ascending order, in milliseconds.
struct Percentiles: Sendable {
    let sorted: [Double]

    init(_ milliseconds: [Double]) {
        sorted = milliseconds.sorted()
    }

    init(_ durations: [Duration]) {
        self.init(durations.map { $0 / .milliseconds(1) })
    }

    /// The smallest that so many in a hundred do not exceed (the nearest-rank method); 0 of nothing.
    func percentile(_ percent: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    var longest: Double { sorted.last ?? 0 }

    var text: String {
        func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10) ms" }
        return sorted.isEmpty
            ? "none"
            : "P50 \(rounded(percentile(50))), P99 \(rounded(percentile(99))), longest \(rounded(longest))"
                + " (of \(sorted.count))"
    }

    func write(_ name: String, to writer: inout JSONWriter) {
        writer.name(name)
        writer.object { writer in
            writer.field("count", sorted.count)
            for (name, value) in [("p50_ms", percentile(50)), ("p99_ms", percentile(99)), ("max_ms", longest)] {
                writer.name(name)
                writer.double(value)
            }
        }
    }
}
