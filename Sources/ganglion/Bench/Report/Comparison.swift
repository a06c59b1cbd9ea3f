/// The same measurement with one coordinator for all workflows and with one for each, side by side.
struct Comparison {
    private let results: [BenchResult]

    init(_ results: [BenchResult]) {
        self.results = results
    }

    private typealias Figure = (name: String, value: @Sendable (BenchResult) -> Double?)

    private static let figures: [Figure] = [
        ("workflows a second", { $0.workflowsPerSecond }),
        ("P50 in ms", { $0.tally.workflows.percentile(50) }),
        ("P99 in ms", { $0.tally.workflows.percentile(99) }),
        ("task ready to taken, P50 in ms", { $0.tally.dispatches.percentile(50) }),
        ("task ready to taken, P99 in ms", { $0.tally.dispatches.percentile(99) }),
        ("service, CPU ms a workflow", { $0.milliseconds(perWorkflow: $0.cost.service) }),
        ("Redis, CPU ms a workflow", { $0.milliseconds(perWorkflow: $0.cost.redis) }),
        ("Redis, scripts a workflow", { $0.perWorkflow($0.cost.redisScripts) }),
        ("errors", { Double($0.tally.errors) }),
    ]

    func lines(_ terminal: Terminal) -> [String] {
        var lines: [String] = []
        if let settings = results.first?.settings {
            lines.append(
                terminal.bold("\(settings.scenario.rawValue), \(settings.agents) agents: one coordinator for all ")
                    + terminal.bold("workflows, and one for each"))
        }
        return lines + [""] + table.lines(width: terminal.width)
    }

    var table: Table {
        var table = Table([
            .init(heading: "under way"), .init(heading: "figure"), .init(heading: "central", isNumber: true),
            .init(heading: "distributed", isNumber: true),
        ])
        for load in loads {
            for (place, figure) in Self.figures.enumerated() {
                table.add(
                    [place == 0 ? load.text : "", figure.name]
                        + [.central, .distributed].map { kind in
                            result(load, kind).flatMap(figure.value)?.rounded(to: 3) ?? ""
                        })
            }
        }
        return table
    }

    /// Each once, in their order.
    private var loads: [Load] {
        results.map(\.load).reduce(into: []) { loads, load in
            if !loads.contains(load) { loads.append(load) }
        }
    }

    private func result(_ load: Load, _ kind: CoordinatorKind) -> BenchResult? {
        results.first { $0.load == load && $0.coordinator == kind }
    }
}
