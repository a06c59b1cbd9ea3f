package import WorkflowCore

/// What a node is told when it says that it is alive.
package struct NodeHeartbeat: Hashable, Sendable {
    package let now: Instant
    /// Whether its former lease is still known; not so at its start, and after others took it for dead.
    package let wasKnown: Bool
    /// Nodes whose lease has ended and that still own workflows.
    package let ended: [EndedNode]

    package struct EndedNode: Hashable, Sendable {
        package let id: NodeID
        /// It said so itself: nothing has to be judged.
        package let hasLeft: Bool
        /// Its last sign of life, if it is remembered.
        package let heartbeatAt: Instant?
    }
}
