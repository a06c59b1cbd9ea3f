import JSON

/// What a measurement gave.
struct BenchResult: Sendable {
    let concurrency: Int
    let agents: Int
    let seconds: Double
    /// From the client's request to its knowledge of the end, in milliseconds, in ascending order.
    let latencies: [Double]
    let errors: Int

    init(concurrency: Int, agents: Int, elapsed: Duration, latencies: [Duration], errors: Int) {
        self.concurrency = concurrency
        self.agents = agents
        seconds = elapsed / .seconds(1)
        self.latencies = latencies.map { $0 / .milliseconds(1) }.sorted()
        self.errors = errors
    }

    var workflowsPerSecond: Double { Double(latencies.count) / seconds }

    /// The smallest latency that so many in a hundred do not exceed (the nearest-rank method).
    func percentile(_ percent: Double) -> Double {
        guard !latencies.isEmpty else { return 0 }
        let rank = Int((percent / 100 * Double(latencies.count)).rounded(.up))
        return latencies[min(max(rank, 1), latencies.count) - 1]
    }

    var lines: [String] {
        var table = Table([.init(heading: "figure"), .init(heading: "value", isNumber: true)])
        table.add(["completed workflows", "\(latencies.count)"])
        table.add(["errors", "\(errors)"])
        table.add(["under way at a time", "\(concurrency)"])
        table.add(["agents", "\(agents)"])
        table.add(["seconds", Self.rounded(seconds)])
        table.add(["workflows a second", Self.rounded(workflowsPerSecond)])
        for percent in [50.0, 90, 99, 99.9] {
            table.add(["P\(Self.rounded(percent)) in ms", Self.rounded(percentile(percent))])
        }
        table.add(["longest in ms", Self.rounded(latencies.last ?? 0)])
        return table.lines(width: 80)
    }

    var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("scenario", "contract-review")
            writer.field("concurrency", concurrency)
            writer.field("agents", agents)
            writer.field("workflows", latencies.count)
            writer.field("errors", errors)
            for (name, value) in [
                ("seconds", seconds), ("workflows_per_second", workflowsPerSecond), ("p50_ms", percentile(50)),
                ("p90_ms", percentile(90)), ("p99_ms", percentile(99)), ("max_ms", latencies.last ?? 0),
            ] {
                writer.name(name)
                writer.double(value)
            }
        }
        return writer.text.string
    }

    private static func rounded(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
    }
}
