/// For people: a sentence, and tables of latencies, costs and memory.
extension BenchResult {
    func lines(_ terminal: Terminal) -> [String] {
        var lines = [terminal.bold(summary), terminal.dim(conditions), ""]
        lines += latencyTable.lines(width: terminal.width) + [""]
        lines += costTable.lines(width: terminal.width)
        if settings.scenario == .idle { lines += [""] + memoryTable.lines(width: terminal.width) }
        if let commands = perWorkflow(cost.redisCommands), let scripts = perWorkflow(cost.redisScripts) {
            lines += [
                "",
                "Redis ran \(scripts.rounded(to: 3)) scripts a workflow; with what they call, "
                    + "\(commands.rounded(to: 3)) commands.",
            ]
        }
        if cost.service == nil { lines.append(terminal.dim("What services at --url use cannot be seen from here.")) }
        if tally.errors > 0 { lines += ["", terminal.bold("Errors: ") + tally.reasonsText] }
        if let last = warnings.last {
            lines += ["", "The service warned \(warnings.count.grouped) times, at last: \(last)"]
        }
        return lines
    }

    private var summary: String {
        let verb = settings.scenario == .idle ? "opened" : "completed"
        var text = "\(tally.completed.grouped) workflows \(verb) in \(seconds.rounded(to: 3)) s: "
        text += "\(workflowsPerSecond.rounded(to: 3)) a second"
        if settings.steps > 1, let stepsPerSecond { text += ", \(stepsPerSecond.rounded(to: 3)) steps a second" }
        return text + "; \(tally.errors == 0 ? "no" : tally.errors.grouped) error\(tally.errors == 1 ? "" : "s")"
    }

    private var conditions: String {
        let steps = "\(settings.steps.grouped) step\(settings.steps == 1 ? "" : "s")"
        var parts = ["\(settings.scenario.rawValue) of \(steps)", load.text]
        if settings.scenario != .idle {
            parts.append(
                settings.agents == 0
                    ? "agents of somebody else" : "\(settings.agents) agents for \(settings.batch) tasks each")
        }
        if settings.urls.isEmpty {
            parts.append(coordinator == .central ? "the double of a central coordinator" : "a service of its own")
        } else {
            parts.append("\(settings.urls.count) service\(settings.urls.count == 1 ? "" : "s")")
        }
        return parts.joined(separator: ", ")
    }

    private var latencyTable: Table {
        var table = Table(
            [.init(heading: "milliseconds")] + ["P50", "P90", "P99", "P99.9", "longest"].map(Self.number))
        func add(_ name: String, _ latencies: Latencies) {
            guard !latencies.isEmpty else { return }
            let values = [50, 90, 99, 99.9].map { latencies.percentile($0) } + [latencies.longest]
            table.add([name] + values.map { $0.rounded(to: 3) })
        }
        switch (settings.scenario, load) {
        case (.idle, _): add("start to answer", tally.workflows)
        case (_, .closed): add("start to end", tally.workflows)
        case (_, .open): add("due to end", tally.workflows)
        }
        add("task ready to taken", tally.dispatches)
        add("due to sent", tally.delays)
        return table
    }

    private var costTable: Table {
        let hasSteps = tally.steps > 0
        let headings = ["CPU ms/workflow"] + (hasSteps ? ["CPU µs/step"] : []) + ["cores"]
        var table = Table([.init(heading: "process")] + headings.map(Self.number))
        let client = settings.agents == 0 ? "client" : "client and agents"
        let rows = [(client, cost.client), ("service", cost.service), ("Redis", cost.redis)].filter { $0.1 != nil }
        for (name, duration) in rows + (rows.count > 1 ? [("together", cost.total)] : []) {
            let perStep = hasSteps ? [microseconds(perStep: duration)] : []
            let values = [milliseconds(perWorkflow: duration)] + perStep + [cores(duration)]
            table.add([name] + values.map { $0?.rounded(to: 3) ?? "" })
        }
        return table
    }

    private var memoryTable: Table {
        let headings = ["MiB before", "MiB after", "bytes/open workflow"]
        var table = Table([.init(heading: "memory")] + headings.map(Self.number))
        func add(_ name: String, _ before: Int?, _ after: Int?) {
            guard let before, let after else { return }
            let mebibytes = [before, after].map { (Double($0) / Double(1 << 20)).rounded(to: 3) }
            table.add([name] + mebibytes + [perWorkflow(after - before)?.rounded(to: 4) ?? ""])
        }
        add("service, resident", cost.before.service?.residentBytes, cost.after.service?.residentBytes)
        add("Redis, used", cost.before.redis?.usedBytes, cost.after.redis?.usedBytes)
        add("Redis, resident", cost.before.redis?.residentBytes, cost.after.redis?.residentBytes)
        return table
    }

    private static func number(_ heading: String) -> Table.Column { .init(heading: heading, isNumber: true) }
}
