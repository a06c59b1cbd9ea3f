import WorkflowCore

@testable import Coordination

/// Heartbeats of nodes of which a test minds only the lease, and claims that are no other's repetition.
extension NodeReport {
    static func test(
        _ id: NodeID, lease: Duration, longestGap: Duration = .seconds(60), isFirst: Bool = true
    ) -> NodeReport {
        NodeReport(
            id: id, isFirst: isFirst, lease: lease, longestGap: longestGap,
            process: NodeProcess(host: "here", id: 7, version: "1.2.3"), loops: 2, coordinators: 3, claims: 4,
            fencedCommits: 5)
    }
}

extension WorkflowStore {
    @discardableResult
    func heartbeat(
        of node: NodeID, lease: Duration, isFirst: Bool = true
    ) async throws(StoreError) -> NodeHeartbeat {
        try await heartbeat(.test(node, lease: lease, isFirst: isFirst))
    }

    func claimOrphans(of former: NodeID, for node: NodeID, limit: Int) async throws(StoreError) -> [WorkflowID] {
        try await claimOrphans(of: former, for: node, number: Unique.next(), limit: limit)
    }
}

extension StoreUnderTest {
    /// Makes a node that is alive, and has been in touch for long enough to judge others.
    func judge(_ node: NodeID, longestGap: Duration = .seconds(60)) async throws {
        let brief = Duration.milliseconds(1)
        let first = try await store.heartbeat(.test(node, lease: brief, longestGap: longestGap))
        try await wait(past: first.now + brief)
        _ = try await store.heartbeat(.test(node, lease: .seconds(60), longestGap: longestGap, isFirst: false))
    }
}
