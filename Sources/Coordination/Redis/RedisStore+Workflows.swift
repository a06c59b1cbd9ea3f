import JSON
import RedisStreams
package import WorkflowCore

/// Workflows: started, committed, read and claimed.
extension RedisStore {
    package func start(
        _ commit: Commit, of start: StartedWorkflow
    ) async throws(StoreError) -> StartOutcome {
        var labels = JSONWriter()
        labels.object { writer in
            for (name, value) in start.labels.sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
        }
        var arguments: [RedisArgument] = [
            RedisArgument(commit.workflow), RedisArgument(commit.node), RedisArgument(commit.nonce),
            RedisArgument(commit.createdAt.milliseconds), RedisArgument(commit.status.rawValue),
            RedisArgument(commit.head.bytes), RedisArgument(start.name), RedisArgument(labels.bytes),
            RedisArgument(start.plan.bytes), RedisArgument(start.input.bytes), RedisArgument(commit.traceparent),
            RedisArgument(commit.forgetAt), RedisArgument(start.idempotencyKey ?? ""),
            RedisArgument(StartedWorkflow.keyLifetime.wholeMilliseconds), RedisArgument(start.labels.count),
        ]
        arguments += start.labels.map { RedisArgument("\($0.key):\($0.value)") }
        let reply = try await run(Scripts.start, arguments + commit.operations)
        switch reply.array?.first?.string {
        case "started": return .started
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
            RedisArgument(commit.forgetAt),
        ]
        let reply = try await run(Scripts.commit, arguments + commit.operations)
        switch reply.string {
        case "committed": return .committed
        case "fenced": return .fenced
        default: throw .unexpected(reply, of: "a commit")
        }
    }

    package func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow? {
        let reply = try await run(Scripts.load, [RedisArgument(id), ""])
        guard let parts = reply.array, !parts.isEmpty else { return nil }
        return try StoredWorkflow(id, loaded: parts)
    }

    package func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome {
        let reply = try await run(Scripts.load, [RedisArgument(id), RedisArgument(node)])
        guard let parts = reply.array, let owner = parts.first else { return .unknown }
        guard parts.count > 1 else {
            guard let owner = owner.string.flatMap(NodeID.init) else { throw .unexpected(reply, of: "a claim") }
            return .owned(by: owner)
        }
        return .workflow(try StoredWorkflow(id, loaded: parts))
    }

    package func owned(by node: NodeID) async throws(StoreError) -> [WorkflowID] {
        let members = try await read("SMEMBERS", keys.coordinators(node))
        return (members.array ?? []).compactMap { $0.string.flatMap(WorkflowID.init) }
    }

    package func claimOrphans(
        of former: NodeID, for node: NodeID, limit: Int
    ) async throws(StoreError) -> [WorkflowID] {
        // Not resendable: the first reply would be the only one to name what it claimed.
        let arguments = [RedisArgument(former), RedisArgument(node), RedisArgument(limit)]
        let claimed = try await run(Scripts.orphans, arguments, isResendable: false)
        return (claimed.array ?? []).compactMap { $0.string.flatMap(WorkflowID.init) }
    }
}

extension RedisArgument {
    /// Milliseconds, or nothing.
    fileprivate init(_ instant: Instant?) {
        self.init(instant.map { String($0.milliseconds) } ?? "")
    }
}

extension StoredWorkflow {
    /// Reads what load.lua gives: owner, the hash, and who holds open tasks.
    fileprivate init(_ id: WorkflowID, loaded parts: [RedisValue]) throws(StoreError) {
        var fields: [String: RedisValue] = [:]
        var steps: [Int: JSONText] = [:]
        var results: [Int: JSONText] = [:]
        for (name, value) in parts[1].pairs {
            let text = JSONText(unchecked: value.bytes ?? [])
            if name.hasPrefix("s:"), let step = Int(name.dropFirst(2)) {
                steps[step] = text
            } else if name.hasPrefix("r:"), let step = Int(name.dropFirst(2)) {
                results[step] = text
            } else {
                fields[name] = value
            }
        }
        guard let plan = fields["plan"]?.bytes, let input = fields["input"]?.bytes,
            let head = fields["checkpoint"]?.bytes, let revision = fields["revision"]?.integer
        else { throw .damaged("what Redis has of \(id) is not whole") }
        self.id = id
        self.plan = JSONText(unchecked: plan)
        self.input = JSONText(unchecked: input)
        checkpoint = Checkpoint(
            head: JSONText(unchecked: head), steps: steps, results: results,
            output: fields["output"]?.bytes.map(JSONText.init(unchecked:)))
        self.revision = Int(revision)
        owner = fields["owner"]?.string.flatMap(NodeID.init)
        takeovers = Int(fields["takeovers"]?.integer ?? 0)
        traceparent = fields["trace"]?.string ?? ""
        let takes = parts[2].array ?? []
        self.takes = stride(from: 0, to: takes.count - 2, by: 3).compactMap { index in
            guard let step = takes[index].integer, let agent = takes[index + 1].string.flatMap(AgentID.init),
                let at = takes[index + 2].milliseconds
            else { return nil }
            return Take(step: Int(step), agent: agent, at: at)
        }
    }
}
