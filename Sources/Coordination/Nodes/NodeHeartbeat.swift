package import WorkflowCore

/// What a node is told when it says that it is alive.
package struct NodeHeartbeat: Hashable, Sendable {
    package let now: Instant
    package let standing: Standing
    /// Nodes that are gone, and own workflows which this one may claim. They have left, or others have taken them for
    /// dead, or their lease has ended: but that is for a node to judge that has been in touch for a whole lease itself.
    package let ended: [EndedNode]
    /// When the first of the other nodes' leases ends, if nothing is heard of that node until then.
    package let nextEnd: Instant?
    /// Of what is set for task types; 0 if nothing ever was.
    package var settingsRevision = 0

    /// What the heartbeat's node is to the others.
    package enum Standing: String, Hashable, Sendable {
        /// It was not heard of before.
        case new
        case known
        /// Others have taken it for dead and its workflows over, or have forgotten it: it may only come back as another
        /// node. Nothing was done.
        case dead
    }

    package struct EndedNode: Hashable, Sendable {
        package let id: NodeID
        /// Its last sign of life, if it is remembered.
        package let heartbeatAt: Instant?
    }
}
