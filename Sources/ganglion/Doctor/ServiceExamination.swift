import GanglionClient

/// What of a service keeps workflows from going on. Everything is given.
struct ServiceExamination {
    /// Of this program.
    let version: String
    let nodes: [JSONElement]
    let taskTypes: [TaskType]
    let overview: Overview?
    /// Escalations of the kind `poisoned`, which nobody can go on with until somebody decides.
    let quarantined: [Escalation]
    /// What the service's clock is ahead of this machine's.
    let clockOffset: Duration

    var findings: [Finding] {
        [alive, lost, versions, clock].compactMap(\.self) + quarantine + types + people
    }

    private func status(_ node: JSONElement) -> String { node["status"].string ?? "" }

    private var alive: Finding? {
        let count = nodes.count { status($0) == "alive" }
        if count == 1 {
            return .note("nodes", "one: while it is gone nothing goes on", "Start a second one on the same Redis.")
        }
        return .good("nodes", "\(count) alive")
    }

    private var lost: Finding? {
        let orphaned = nodes.filter { status($0) != "alive" && ($0["workflows"].integer ?? 0) > 0 }
        guard !orphaned.isEmpty else { return nil }
        let count = orphaned.reduce(0) { $0 + ($1["workflows"].integer ?? 0) }
        return .error(
            "lost nodes", "\(count.grouped) workflows belong to nodes that are gone, and nobody has taken them over",
            "That takes a second or two; if it stays so, look at the logs of the nodes that are alive.")
    }

    private var versions: Finding? {
        let all = Set(nodes.filter { status($0) == "alive" }.compactMap { $0["version"].string }).sorted()
        if all.count > 1 {
            return .warning("versions", "nodes differ: \(all.joined(separator: ", "))", "Finish the update.")
        }
        guard let node = all.first else { return nil }
        if node != version {
            return .note(
                "versions", "nodes are \(node), this program is \(version)", "Use a program of the nodes' version.")
        }
        return .good("versions", "\(node), as this program")
    }

    private var clock: Finding? {
        let size = clockOffset < .zero ? .zero - clockOffset : clockOffset
        let text = "the service's is \(size.brief) \(clockOffset < .zero ? "behind" : "ahead of") this machine's"
        if size > .seconds(5) {
            return .warning("clock", text, "Set both by NTP: times that are shown do not match yours.")
        }
        return .good("clock", text)
    }

    private var quarantine: [Finding] {
        quarantined.map { escalation in
            .error(
                "quarantine", "nobody can go on with \(escalation.workflowID): \(escalation.error?.description ?? "")",
                "ganglion resolve \(escalation.id) retry --reason '…', once the cause is gone; or fail.")
        }
    }

    /// Longer than that nothing should wait that could be done.
    private static let patience = Duration.seconds(60)

    private var types: [Finding] {
        let findings = taskTypes.compactMap { type -> Finding? in
            guard type.waiting > 0 else { return nil }
            let what =
                "\(type.waiting.grouped) waiting\(type.oldestWaitingAge.map { ", the oldest for \($0.brief)" } ?? "")"
            if type.isPaused {
                return .warning(
                    type.name, "paused, with \(what)",
                    "curl -X PUT --json '{\"paused\": false}' …/v1/task-types/\(type.name), which sets the rest anew.")
            }
            if type.agents.alive == 0 {
                return .error(
                    type.name, "no agent can do it: \(what)", "Start an agent with the capability '\(type.name)'.")
            }
            guard let age = type.oldestWaitingAge, age > Self.patience else { return nil }
            return .warning(
                type.name, "\(what), for \(type.agents.alive) agents with \(type.agents.slots) slots",
                "More agents, more slots, or fewer limits: 'ganglion why' tells which, for a workflow that waits.")
        }
        return findings.isEmpty ? [.good("task types", "nothing waits that nobody does")] : findings
    }

    private var people: [Finding] {
        guard let count = overview?.openEscalations, count > 0 else { return [] }
        return [
            .note(
                "escalations", "\(count.grouped) \(count == 1 ? "waits" : "wait") for a person", "ganglion escalations")
        ]
    }
}
