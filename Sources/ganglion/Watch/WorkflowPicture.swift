import GanglionClient

/// A workflow as it stands, drawn: a heading, and its steps as a graph. Everything that it needs is given, so that the
/// same gives the same lines.
struct WorkflowPicture {
    let workflow: WorkflowStatus
    let graph: WorkflowGraph
    /// On the service's clock.
    let now: Timestamp
    /// What agents are called, by their ids.
    var agents: [String: String] = [:]
    /// Which picture of a moving one it is.
    var frame = 0

    private static let spinner: [Character] = Array("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")

    /// At most so many lines: of a long plan, those around what goes on.
    func lines(width: Int, height: Int = .max) -> [StyledText] {
        let rows = graph.rows.map { row in row.steps.compactMap { step in self.step(step) } }
        let names = rows.map(name)
        let nameWidth = min(names.map(\.width).max() ?? 0, max(12, width / 3))
        let drawn = zip(graph.rows, zip(rows, names)).map { row, content in
            let (steps, name) = content
            let node = StyledText(String(mark(of: steps)), style(of: steps))
            let rail = StyledText(row.before, .dim) + node + StyledText(row.after, .dim)
            let line = rail + "  " + StyledText(name).cut(to: nameWidth).padded(to: nameWidth)
            return (line + "  " + (steps.count == 1 ? about(steps[0]) : about(steps))).cut(to: width)
        }
        return [heading.cut(to: width), ""] + shown(drawn, rows, height - 2)
    }

    private func step(_ place: Int) -> StepStatus? {
        workflow.steps.indices.contains(place) ? workflow.steps[place] : nil
    }

    private var heading: StyledText {
        let ended = workflow.steps.count { $0.status.isEnd }
        let elapsed = (workflow.endedAt ?? now) - workflow.createdAt
        var line =
            StyledText(workflow.name, .bold) + "  " + StyledText(workflow.id, .dim) + "  "
            + workflow.status.styled
        line += StyledText("  \(ended.grouped) of \(workflow.steps.count.grouped) steps  \(elapsed.brief)")
        if workflow.takeovers > 0 { line += StyledText("  taken over \(workflow.takeovers) times", .warning) }
        if let failure = workflow.failure { line += StyledText("  \(failure.description)", .bad) }
        if let quarantine = workflow.quarantine { line += StyledText("  \(quarantine.error.description)", .bad) }
        return line
    }

    // MARK: Rows

    /// Of those that are alike, what their names have in common: `page-* (300)`.
    private func name(_ steps: [StepStatus]) -> String {
        guard let first = steps.first else { return "" }
        guard steps.count > 1 else { return first.id }
        let common = steps.dropFirst().reduce(first.id[...]) { common, step in
            common.prefix(zip(common, step.id).prefix { $0 == $1 }.count)
        }
        return "\(common)* (\(steps.count.grouped))"
    }

    private static let urgency: [StepState] = [
        .escalated, .failed, .running, .backingOff, .waiting, .queued, .pending, .cancelled, .skipped, .completed,
    ]

    /// Of several, that which matters most.
    private func state(of steps: [StepStatus]) -> StepState {
        Self.urgency.first { state in steps.contains { $0.status == state } } ?? .pending
    }

    private func mark(of steps: [StepStatus]) -> Character {
        let state = state(of: steps)
        return state == .running ? Self.spinner[frame % Self.spinner.count] : state.mark
    }

    private func style(of steps: [StepStatus]) -> StyledText.Style { state(of: steps).style }

    private func about(_ step: StepStatus) -> StyledText {
        let word = StyledText(step.status.words, step.status.style).padded(to: 12)
        let time = StyledText(self.time(of: step)?.brief ?? "").padded(to: 6, atRight: true)
        return (word + time).joined(with: details(of: step)).withoutTrailingSpace
    }

    /// How they stand, in numbers, and how far that is.
    private func about(_ steps: [StepStatus]) -> StyledText {
        let ended = steps.count { $0.status.isEnd }
        let bar = StyledText(ProgressBar.bar(Double(ended) / Double(max(1, steps.count)), width: 16))
        return StepState.allCases.reversed().reduce(bar) { line, state in
            let count = steps.count { $0.status == state }
            return count == 0 ? line : line + "  " + StyledText("\(count.grouped) \(state.words)", state.style)
        }
    }

    /// What it took, or takes up to now.
    private func time(of step: StepStatus) -> Duration? {
        switch step.status {
        case .pending, .skipped: nil
        case .queued, .escalated, .waiting, .backingOff: step.queuedAt.map { now - $0 }
        case .running: step.startedAt.map { now - $0 }
        case .completed, .failed, .cancelled: step.endedAt.flatMap { end in step.startedAt.map { end - $0 } }
        }
    }

    private func details(of step: StepStatus) -> [StyledText] {
        var details: [StyledText] = []
        if step.attempts > 1 { details.append(StyledText("attempt \(step.attempts)", .warning)) }
        if !step.status.isEnd, let progress = step.progress {
            if let percent = progress.percent {
                details.append(StyledText("\(ProgressBar.bar(Double(percent) / 100, width: 10)) \(percent) %"))
            }
            if let message = progress.message { details.append(StyledText(message)) }
        }
        if let stuck = step.stuck { details.append(StyledText("stuck: \(stuck.reason)", .warning)) }
        if ![.completed, .running].contains(step.status), let failure = step.failure {
            details.append(StyledText(failure.description, .bad))
        }
        if step.status == .escalated, let escalation = step.escalationID {
            details.append(StyledText("ganglion resolve \(escalation)", .warning))
        }
        if step.status == .running, let agent = step.agentID {
            details.append(StyledText(agents[agent] ?? agent, .dim))
        }
        return details
    }

    // MARK: What fits

    private static let context = 2

    /// The rows that fit, from a little above the first that has not ended, and how many are left out.
    private func shown(_ lines: [StyledText], _ rows: [[StepStatus]], _ height: Int) -> [StyledText] {
        guard lines.count > height, height > 4 else { return Array(lines.prefix(max(1, height))) }
        let room = height - 2
        let current = rows.firstIndex { steps in steps.contains { !$0.status.isEnd } } ?? lines.count
        let first = min(max(0, current - Self.context), lines.count - room)
        let below = lines.count - first - room
        return [StyledText(first > 0 ? "… \(first) above" : "", .dim)] + lines[first..<(first + room)]
            + [StyledText(below > 0 ? "… \(below) below" : "", .dim)]
    }
}

extension AcceptedPlan {
    /// For each step, in the order in which a workflow's status has them, the places of those that it comes after.
    var graph: WorkflowGraph {
        let steps = plan["steps"].elements
        var places: [String: Int] = [:]
        for (place, step) in steps.enumerated() { places[step["id"].string ?? ""] = place }
        return WorkflowGraph(after: steps.map { $0["after"].elements.compactMap { $0.string.flatMap { places[$0] } } })
    }
}
