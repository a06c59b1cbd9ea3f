import WorkflowCore

/// Leases and what is left by nodes that are gone, as heartbeat.lua and orphans.lua have it.
extension MemoryStore.State {
    private static let endedAtOnce = 100
    /// The end of a lease whose node has left: long before now.
    private static let left = Instant(milliseconds: 0)

    func isAlive(_ node: NodeID, at now: Instant) -> Bool {
        leases[node].map { $0 > now } ?? false
    }

    mutating func heartbeat(of node: NodeID, lease: Duration, at now: Instant) -> NodeHeartbeat {
        let wasKnown = leases[node] != nil
        leases[node] = now + max(lease, .milliseconds(1))
        var ended: [NodeHeartbeat.EndedNode] = []
        for other in leases.keysByTime(until: now, limit: Self.endedAtOnce) {
            if owned[other] == nil {
                leases[other] = nil
            } else {
                ended.append(NodeHeartbeat.EndedNode(id: other, hasLeft: leases[other] == Self.left))
            }
        }
        return NodeHeartbeat(now: now, wasKnown: wasKnown, ended: ended)
    }

    mutating func leave(_ node: NodeID) {
        leases[node] = owned[node] == nil ? nil : Self.left
    }

    /// In the order of their names, so that the same states give the same.
    func owned(by node: NodeID) -> [WorkflowID] {
        (owned[node] ?? []).sorted { $0.description < $1.description }
    }

    mutating func claimOrphans(of former: NodeID, for node: NodeID, limit: Int, at now: Instant) -> [WorkflowID] {
        guard former != node, !isAlive(former, at: now) else { return [] }
        let claimed = Array(owned(by: former).prefix(limit))
        for workflow in claimed { moveOwnership(of: workflow, to: node) }
        if owned[former] == nil { leases[former] = nil }
        return claimed
    }

    mutating func sweep(limit: Int, at now: Instant) -> Int {
        let due = expiry.keysByTime(until: now, limit: limit)
        for forgettable in due {
            expiry[forgettable] = nil
            switch forgettable {
            case .workflow(let id): runs[id] = nil
            case .agent(let id): agents[id] = nil
            }
        }
        return due.count
    }
}
