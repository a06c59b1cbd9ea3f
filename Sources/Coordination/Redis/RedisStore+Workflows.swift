import JSON
import RedisStreams
package import WorkflowCore

/// Workflows: started, committed, read and claimed.
extension RedisStore {
    package func start(
        _ commit: Commit, of start: StartedWorkflow
    ) async throws(StoreError) -> StartOutcome {
        var arguments: [RedisArgument] = [
            RedisArgument(commit.workflow), RedisArgument(commit.node), RedisArgument(commit.nonce),
            RedisArgument(commit.createdAt.milliseconds), RedisArgument(commit.status.rawValue),
            RedisArgument(commit.head.bytes), RedisArgument(start.name), RedisArgument(start.labelsText.bytes),
            RedisArgument(start.plan.bytes), RedisArgument(start.input.bytes), RedisArgument(commit.traceparent),
            RedisArgument(commit.forgetAt), RedisArgument(start.idempotencyKey ?? ""),
            RedisArgument(start.keyLifetime.map { String($0.wholeMilliseconds) } ?? ""),
            RedisArgument(start.labels.count),
        ]
        arguments += start.labels.map { RedisArgument("\($0.key):\($0.value)") }
        let reply = try await run(Scripts.start, arguments + commit.operations)
        switch reply.array?.first?.string {
        case "started": return .started
        case "call": return .startedForAgentsHere
        case "reused": return .keyReused
        case "known":
            if let id = reply.array?.last?.string.flatMap(WorkflowID.init) { return .known(id) }
            throw .unexpected(reply, of: "a start")
        default: throw .unexpected(reply, of: "a start")
        }
    }

    package func commit(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        let arguments: [RedisArgument] = [
            RedisArgument(commit.workflow), RedisArgument(commit.node), RedisArgument(commit.revision),
            RedisArgument(commit.nonce), RedisArgument(commit.createdAt.milliseconds),
            RedisArgument(commit.status.rawValue), RedisArgument(commit.head.bytes), RedisArgument(commit.traceparent),
            RedisArgument(commit.forgetAt), RedisArgument(commit.at.milliseconds),
        ]
        let reply = try await run(Scripts.commit, arguments + commit.operations)
        switch reply.string {
        case "committed": return .committed
        case "call": return .committedForAgentsHere
        case "fenced": return .fenced
        default: throw .unexpected(reply, of: "a commit")
        }
    }

    package func owned(by node: NodeID) async throws(StoreError) -> [WorkflowID] {
        let members = try await read("SMEMBERS", keys.coordinators(node))
        return (members.array ?? []).compactMap { $0.string.flatMap(WorkflowID.init) }
    }

    package func claimOrphans(
        of former: NodeID, for node: NodeID, number: Int, limit: Int
    ) async throws(StoreError) -> [WorkflowID] {
        let arguments = [RedisArgument(former), RedisArgument(node), RedisArgument(number), RedisArgument(limit)]
        let claimed = try await run(Scripts.orphans, arguments)
        return (claimed.array ?? []).compactMap { $0.string.flatMap(WorkflowID.init) }
    }
}

extension RedisArgument {
    /// Milliseconds, or nothing.
    fileprivate init(_ instant: Instant?) {
        self.init(instant.map { String($0.milliseconds) } ?? "")
    }
}
