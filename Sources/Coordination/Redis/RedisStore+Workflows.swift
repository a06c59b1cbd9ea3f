import JSON
import RedisStreams
package import WorkflowCore

/// Workflows: started, committed, read and claimed.
extension RedisStore {
    package func start(
        _ commit: Commit, of start: StartedWorkflow
    ) async throws(StoreError) -> StartOutcome {
        var arguments: RedisArguments = [
            RedisArgument(commit.workflow), RedisArgument(commit.node), RedisArgument(commit.nonce),
            RedisArgument(commit.createdAt.milliseconds), RedisArgument(commit.status.rawValue),
            RedisArgument(commit.head.bytes), RedisArgument(start.name), RedisArgument(start.labelsText.bytes),
            RedisArgument(start.plan.bytes), RedisArgument(start.input.bytes), RedisArgument(commit.traceparent),
            RedisArgument(commit.forgetAt), RedisArgument(start.idempotencyKey ?? ""),
            RedisArgument(start.keyLifetime.map { String($0.wholeMilliseconds) } ?? ""),
            RedisArgument(start.sentPlan?.bytes ?? []),
            RedisArgument(start.labels.count),
        ]
        for (name, value) in start.labels { arguments.append(RedisArgument("\(name):\(value)")) }
        commit.appendOperations(to: &arguments)
        let reply = try await run(Scripts.start, arguments)
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
        try await store(commit, by: Scripts.commit)
    }

    package func reopen(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try await store(commit, by: Scripts.reopen)
    }

    private func store(_ commit: Commit, by script: RedisScript) async throws(StoreError) -> CommitOutcome {
        let leaving = commit.stepsLeavingQueues
        var arguments = RedisArguments(reservingCapacity: 3072)
        arguments.append(RedisArgument(commit.workflow), RedisArgument(commit.node), RedisArgument(commit.revision))
        arguments.append(RedisArgument(commit.nonce), RedisArgument(commit.createdAt.milliseconds))
        arguments.append(RedisArgument(commit.status.rawValue), RedisArgument(commit.head.bytes))
        arguments.append(RedisArgument(commit.traceparent), RedisArgument(commit.forgetAt))
        arguments.append(RedisArgument(commit.at.milliseconds), RedisArgument(leaving.count))
        for step in leaving { arguments.append(RedisArgument(step)) }
        commit.appendOperations(to: &arguments)
        let reply = try await run(script, arguments)
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
        let arguments: RedisArguments = [
            RedisArgument(former), RedisArgument(node), RedisArgument(number), RedisArgument(limit),
        ]
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
