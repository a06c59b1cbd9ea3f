package import WorkflowCore

/// What a node says of itself with each heartbeat.
package struct NodeReport: Hashable, Sendable {
    package let id: NodeID
    /// Not heard of before under this id, as far as it knows. Until it is, it owns nothing.
    package let isFirst: Bool
    /// How long after this heartbeat others may take over what it owns.
    package let lease: Duration
    /// Longer than this between two of its heartbeats, and another node's lease may have ended without its fault:
    /// whether the store stood still, the way there was cut or this process was frozen, that node may have had no
    /// chance to renew it.
    package let longestGap: Duration
    package let process: NodeProcess
    package let loops: Int
    /// Coordinators in memory.
    package let coordinators: Int
    /// Workflows that it took over from nodes that were gone.
    package let claims: Int
    /// Commits that were refused because another node owned the workflow.
    package let fencedCommits: Int
    package var finished = FinishedWorkflows()

    /// How long a node is remembered after its end.
    static let memory = Duration.seconds(3600)
    /// How long a node that owns nothing may be unheard of before it is forgotten.
    static let longestAbsence = Duration.seconds(60)
}

/// The server process that a node is.
package struct NodeProcess: Hashable, Sendable {
    package let host: String
    package let id: Int
    package let version: String

    package init(host: String, id: Int, version: String) {
        self.host = host
        self.id = id
        self.version = version
    }
}

package enum NodeStatus: String, Sendable, CaseIterable {
    case alive
    /// Was stopped in order.
    case left
    /// Was not heard of in time.
    case lost
}

/// A node as others know it.
package struct RegisteredNode: Hashable, Sendable {
    package let id: NodeID
    package let status: NodeStatus
    package let startedAt: Instant
    /// Its last sign of life.
    package let heartbeatAt: Instant
    /// How long ago that was.
    package let heartbeatAge: Duration
    /// How many workflows it owns.
    package let workflows: Int
    package let process: NodeProcess
    package let loops: Int
    package let coordinators: Int
    package let claims: Int
    package let fencedCommits: Int
    package let finished: FinishedWorkflows
}
