/// What can be set of a node.
package struct NodeOptions: Sendable {
    /// How often it says that it is alive, and looks who is not.
    package var heartbeat = Duration.milliseconds(500)
    /// How long after its last heartbeat others may take its workflows over.
    package var nodeTimeout = Duration.milliseconds(1500)
    /// How often agents are to be heard of.
    package var agentHeartbeat = Duration.seconds(5)
    /// How long after its last sign of life an agent is lost.
    package var agentLostAfter = Duration.seconds(15)
    /// After how long in which nothing happens to a workflow nothing of it is kept in memory.
    package var idleAfter = Duration.seconds(10)
    /// How long workflows are remembered after their end.
    package var retention = Duration.seconds(7 * 86_400)
    /// How long a coordinator may be at work on its mail without getting anywhere.
    package var stuckAfter = Duration.seconds(5)

    /// What process it is, for others to read.
    package var process = NodeProcess(host: "", id: 0, version: "")

    /// As `NodeReport` has it, for nodes that all have these options.
    var longestGap: Duration { max(nodeTimeout - heartbeat, heartbeat * 1.5) }

    package init() {}
}
