import RedisStreams
import WorkflowCore

/// How keys are called: all of a partition and a namespace begin the same, and the partition, in braces, puts them in
/// one hash slot of a Redis Cluster (redis.io/docs/reference/cluster-spec, "Hash tags").
package struct Keyspace: Hashable, Sendable {
    package let prefix: String
    /// What scripts make all keys of.
    let scriptKeys: RedisArguments

    package init(partition: Int = 0, namespace: String = "default") {
        prefix = "ganglion:{p\(partition)}:\(namespace):"
        scriptKeys = [RedisArgument(prefix)]
    }

    func workflow(_ id: WorkflowID) -> RedisArgument { RedisArgument("\(prefix)workflow:\(id)") }
    func mailbox(_ id: WorkflowID) -> RedisArgument { RedisArgument("\(prefix)coordinator_result:\(id)") }
    func history(_ id: WorkflowID) -> RedisArgument { RedisArgument("\(prefix)history:\(id)") }
    func escalation(_ id: EscalationID) -> RedisArgument { RedisArgument("\(prefix)escalation:\(id)") }
    func agent(_ id: AgentID) -> RedisArgument { RedisArgument("\(prefix)agent:\(id)") }
    func inbox(_ node: NodeID) -> RedisArgument { RedisArgument("\(prefix)inbox:\(node)") }
    func coordinators(_ node: NodeID) -> RedisArgument { RedisArgument("\(prefix)coordinators:\(node)") }

    func channel(_ channel: Channel) -> String {
        switch channel {
        case .node(let id): "\(prefix)to:\(id)"
        case .nodes: "\(prefix)to:nodes"
        case .workflow(let id): "\(prefix)changes:\(id)"
        }
    }
}
