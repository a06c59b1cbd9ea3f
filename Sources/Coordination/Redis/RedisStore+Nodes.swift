import RedisStreams
package import WorkflowCore

/// Nodes and their leases, and what is forgotten in time.
extension RedisStore {
    package func heartbeat(of node: NodeID, lease: Duration) async throws(StoreError) -> NodeHeartbeat {
        let milliseconds = RedisArgument(max(1, lease.wholeMilliseconds))
        let reply = try await run(Scripts.heartbeat, [RedisArgument(node), milliseconds])
        guard let parts = reply.array, parts.count == 3, let now = parts[0].milliseconds else {
            throw .unexpected(reply, of: "a heartbeat")
        }
        let ended = parts[2].pairs.compactMap { name, leaseEnd in
            NodeID(name).map { NodeHeartbeat.EndedNode(id: $0, hasLeft: leaseEnd.string == "0") }
        }
        return NodeHeartbeat(now: now, wasKnown: parts[1].integer == 1, ended: ended)
    }

    package func leave(_ node: NodeID) async throws(StoreError) {
        _ = try await run(Scripts.heartbeat, [RedisArgument(node), "0"])
    }

    package func sweep(limit: Int) async throws(StoreError) -> Int {
        Int(try await run(Scripts.sweep, [RedisArgument(limit)]).integer ?? 0)
    }
}
