import GanglionClient

/// The service at a glance: everything that it needs is given, so that the same gives the same lines.
struct TopScreen {
    let address: String
    let overview: Overview
    /// What happened lately; `nil` as long as nothing is known of it.
    let change: Overview.Change?
    let taskTypes: [TaskType]
    let agents: [Agent]
    /// Rows of the table of nodes.
    let nodes: [[StyledText]]

    /// At most so many lines.
    func lines(width: Int, height: Int = .max) -> [StyledText] {
        var lines = [heading, workflows, flow, ""]
        // What waits most is what matters most.
        let types = taskTypes.sorted { ($0.waiting, $0.running, $1.name) > ($1.waiting, $1.running, $0.name) }
        let agents = agents.sorted { ($0.slotsUsed, $1.name) > ($1.slotsUsed, $0.name) }
        var nodeTable = Nodes.table
        for node in nodes { nodeTable.add(node) }
        let tables = [TaskTypes.table(types), nodeTable, Agents.table(agents, overview.at)]
            .map { $0.styledLines(width: width) }
        for (table, room) in zip(tables, Self.rooms(for: tables.map { $0.count + 1 }, in: height - lines.count)) {
            let shown = table.count + 1 > room ? Array(table.prefix(max(0, room - 2))) : table
            lines += shown
            if shown.count < table.count { lines.append(StyledText("… \(table.count - shown.count) more", .dim)) }
            lines.append("")
        }
        return Array(lines.dropLast().prefix(height)).map { $0.cut(to: width) }
    }

    /// The same for each, but what one does not need is the others'.
    private static func rooms(for needs: [Int], in height: Int) -> [Int] {
        var rooms = needs
        var left = max(0, height)
        for (place, index) in needs.indices.sorted(by: { needs[$0] < needs[$1] }).enumerated() {
            rooms[index] = min(needs[index], left / (needs.count - place))
            left -= rooms[index]
        }
        return rooms
    }

    private var heading: StyledText {
        StyledText("Ganglion", .bold) + StyledText("  \(address)  \(overview.at.dateAndTime) UTC", .dim)
    }

    private var workflows: StyledText {
        var line: StyledText = "workflows "
        for state in WorkflowState.allCases {
            guard let count = overview.workflows[state.rawValue], count > 0 else { continue }
            line += "  " + StyledText("\(count.grouped) \(state.rawValue)", state.style)
        }
        if overview.openEscalations > 0 {
            let verb = overview.openEscalations == 1 ? "waits" : "wait"
            line += StyledText("  \(overview.openEscalations.grouped) \(verb) for a person", .warning)
        }
        return line
    }

    private var flow: StyledText {
        var line = StyledText(
            "\(overview.nodes) \(overview.nodes == 1 ? "node" : "nodes")  \(overview.agents.grouped) "
                + "\(overview.agents == 1 ? "agent" : "agents")  \(overview.running)/\(overview.slots) slots")
        guard let change else { return line }
        line += StyledText("  \(change.perSecond.rounded(to: 3)) ended a second")
        if let half = change.percentile(0.5), let most = change.percentile(0.99) {
            line += StyledText("  half within \(half.brief), 99 % within \(most.brief)")
        }
        return line
    }
}
