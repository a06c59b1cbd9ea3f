import JSON
import RedisStreams
package import WorkflowCore

/// Letters to coordinators at other nodes.
extension RedisStore {
    package func send(
        _ letter: Letter, to id: WorkflowID, from node: NodeID
    ) async throws(StoreError) -> Posting {
        var arguments: RedisArguments = [RedisArgument(id), RedisArgument(node)]
        if case .node(let hearer, let number) = letter.reply {
            arguments.append(RedisArgument(hearer), RedisArgument(number))
        } else {
            arguments.append("-", "0")
        }
        arguments.append(RedisArgument(letter.event.json.bytes))
        let reply = try await run(Scripts.mail, arguments)
        switch reply.string {
        case "unknown": return .unknownWorkflow
        case "ended": return .ended
        case "quarantined": return .quarantined
        case "own": return .own
        case "mailed": return .mailed
        default: throw .unexpected(reply, of: "a letter")
        }
    }

    package func inbox(of node: NodeID, limit: Int) async throws(StoreError) -> [WorkflowID] {
        let members = try await read("SRANDMEMBER", keys.inbox(node), RedisArgument(limit))
        return (members.array ?? []).compactMap { $0.string.flatMap(WorkflowID.init) }
    }
}
