import WorkflowCore

/// Leases, records of nodes, and what is left by those that are gone, as heartbeat.lua and orphans.lua have it.
extension MemoryStore.State {
    private static let endedAtOnce = 100
    /// In place of the end of a lease: the node has left, or others have taken it for dead. It is long before now.
    static let gone = Instant(milliseconds: 0)

    func isAlive(_ node: NodeID, at now: Instant) -> Bool {
        leases[node].map { $0 > now } ?? false
    }

    /// Whether what a node owns may be claimed for another: it is gone, or its lease has ended and the other is one to
    /// judge.
    func mayClaim(of owner: NodeID, for node: NodeID, at now: Instant) -> Bool {
        guard owner != node, !isAlive(owner, at: now) else { return false }
        guard let end = leases[owner], end != Self.gone, let record = nodes[node] else { return true }
        return record.judgesFrom <= now && record.isInTouch(at: now)
    }

    mutating func heartbeat(_ report: NodeReport, at now: Instant) -> NodeHeartbeat {
        let isKnown = leases[report.id].map { $0 != Self.gone } ?? false
        if !isKnown, !report.isFirst { return NodeHeartbeat(now: now, standing: .dead, ended: [], nextEnd: nil) }
        let end = now + max(report.lease, .milliseconds(1))
        let judgesFrom = nodes[report.id].flatMap { $0.isInTouch(at: now) ? $0.judgesFrom : nil }
        leases[report.id] = end
        nodes[report.id] = MemoryStore.NodeRecord(
            report: report, startedAt: nodes[report.id]?.startedAt ?? now, heartbeatAt: now,
            judgesFrom: judgesFrom ?? end)
        expiry[.node(report.id)] = end + NodeReport.memory
        let others = leases.filter { $0.key != report.id && $0.value > now }
        return NodeHeartbeat(
            now: now, standing: isKnown ? .known : .new, ended: endedNodes(for: report.id, at: now),
            nextEnd: others.values.min())
    }

    private mutating func endedNodes(for node: NodeID, at now: Instant) -> [NodeHeartbeat.EndedNode] {
        var ended: [NodeHeartbeat.EndedNode] = []
        for former in leases.keysByTime(until: now, limit: Self.endedAtOnce) {
            guard let end = leases[former] else { continue }
            if owned[former] == nil {
                if now - end > NodeReport.longestAbsence { leases[former] = nil }
            } else if mayClaim(of: former, for: node, at: now) {
                ended.append(NodeHeartbeat.EndedNode(id: former, heartbeatAt: nodes[former]?.heartbeatAt))
            }
        }
        return ended
    }

    mutating func leave(_ node: NodeID, at now: Instant) {
        leases[node] = owned[node] == nil ? nil : Self.gone
        guard nodes[node] != nil else { return }
        nodes[node]?.heartbeatAt = now
        nodes[node]?.hasLeft = true
        expiry[.node(node)] = now + NodeReport.memory
    }

    func status(of node: NodeID, at now: Instant) -> NodeStatus {
        if nodes[node]?.hasLeft == true { return .left }
        return isAlive(node, at: now) ? .alive : .lost
    }

    /// In the order of their names, so that the same states give the same.
    func owned(by node: NodeID) -> [WorkflowID] {
        (owned[node] ?? []).sorted { $0.description < $1.description }
    }

    mutating func claimOrphans(
        of former: NodeID, for node: NodeID, number: Int, limit: Int, at now: Instant
    ) -> [WorkflowID] {
        if let last = lastClaims[node], last.number >= number { return last.number == number ? last.claimed : [] }
        let isGone = mayClaim(of: former, for: node, at: now)
        let claimed = isGone ? Array(owned(by: former).prefix(limit)) : []
        for workflow in claimed { moveOwnership(of: workflow, to: node) }
        if isGone, owned[former] == nil { leases[former] = nil }
        lastClaims[node] = MemoryStore.NumberedClaim(number: number, claimed: claimed)
        return claimed
    }

    mutating func sweep(limit: Int, at now: Instant) -> Int {
        let due = expiry.keysByTime(until: now, limit: limit)
        for forgettable in due {
            expiry[forgettable] = nil
            switch forgettable {
            case .workflow(let id):
                runs[id] = nil
                keys = keys.filter { $0.value.workflow != id || $0.value.until < MemoryStore.StartKey.forever }
            case .agent(let id): agents[id] = nil
            case .node(let id):
                nodes[id] = nil
                lastClaims[id] = nil
            }
        }
        return due.count
    }
}
