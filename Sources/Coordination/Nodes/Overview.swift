package import Sockets
package import WorkflowCore

/// How everything stands, in figures.
package struct Overview: Hashable, Sendable {
    package let at: Instant
    package let counts: StoreCounts
    package let agents: Int
    /// Those of the agents that are alive, and the tasks that they held when they were last heard of.
    package let slots: Int
    package let running: Int
    package let nodes: Int
    /// At all nodes that are remembered.
    package let finished: FinishedWorkflows
}

/// What a store has, in figures.
package struct StoreCounts: Hashable, Sendable {
    package let workflows: [WorkflowStatus: Int]
    package let openEscalations: Int
}

extension Node {
    package func overview(on loop: EventLoop) async throws(CoordinationError) -> Overview {
        let counts = try await ask(loop) { store throws(StoreError) in try await store.counts() }
        let pool = try await ask(loop) { store throws(StoreError) in try await store.pool() }
        let agents = pool.filter { $0.status == .alive }
        let nodes = try await nodes(PageRequest(limit: 1000), on: loop).elements
        return Overview(
            at: clock.now(at: loop.now), counts: counts, agents: agents.count,
            slots: agents.reduce(0) { $0 + $1.slots }, running: agents.reduce(0) { $0 + $1.held },
            nodes: nodes.count { $0.status == .alive },
            finished: nodes.reduce(FinishedWorkflows()) { $0 + $1.finished })
    }
}
