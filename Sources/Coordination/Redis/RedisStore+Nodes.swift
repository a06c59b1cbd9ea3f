import JSON
import RedisStreams
package import WorkflowCore

/// Nodes and their leases, and what is forgotten in time.
extension RedisStore {
    private static let recordFields: RedisArguments = [
        "started_at", "heartbeat_at", "host", "pid", "version", "loops", "coordinators", "claims", "fenced_commits",
        "finished",
    ]

    package func heartbeat(_ report: NodeReport) async throws(StoreError) -> NodeHeartbeat {
        let arguments: RedisArguments = [
            RedisArgument(report.id), report.isFirst ? "1" : "0",
            RedisArgument(max(1, report.lease.wholeMilliseconds)),
            RedisArgument(NodeReport.memory.wholeMilliseconds),
        ]
        let reply = try await run(Scripts.heartbeat, arguments + report.record)
        guard let parts = reply.array, parts.count == 5, let now = parts[0].milliseconds,
            let standing = parts[1].string.flatMap(NodeHeartbeat.Standing.init(rawValue:)),
            let ended = parts[2].array
        else { throw .unexpected(reply, of: "a heartbeat") }
        return NodeHeartbeat(
            now: now, standing: standing, ended: NodeHeartbeat.EndedNode.list(ended), nextEnd: parts[3].milliseconds,
            settingsRevision: Int(parts[4].integer ?? 0))
    }

    package func leave(_ node: NodeID) async throws(StoreError) {
        _ = try await run(
            Scripts.leave, [RedisArgument(node), RedisArgument(NodeReport.memory.wholeMilliseconds)])
    }

    package func nodes(_ request: PageRequest) async throws(StoreError) -> Page<RegisteredNode> {
        let arguments: RedisArguments = [RedisArgument(request.cursor ?? ""), RedisArgument(request.limit)]
        let reply = try await run(Scripts.nodes, arguments + Self.recordFields)
        guard let parts = reply.array, parts.count == 3, let now = parts[1].milliseconds else {
            throw .unexpected(reply, of: "a list of nodes")
        }
        let page = records(parts[2], hasMore: parts[0])
        return page.compactMap { id, record in NodeID(id).flatMap { RegisteredNode(id: $0, record, at: now) } }
    }

    package func counts() async throws(StoreError) -> StoreCounts {
        let indexes = WorkflowStatus.allCases.map { "status:\($0.rawValue)" } + ["escalations:open"]
        let reply = try await run(Scripts.counts, RedisArguments(indexes.map { RedisArgument($0) }))
        guard let numbers = reply.array?.compactMap(\.integer).map(Int.init), numbers.count == indexes.count else {
            throw .unexpected(reply, of: "counts")
        }
        let workflows = Dictionary(uniqueKeysWithValues: zip(WorkflowStatus.allCases, numbers))
        return StoreCounts(workflows: workflows.filter { $0.value > 0 }, openEscalations: numbers.last ?? 0)
    }

    package func sweep(limit: Int) async throws(StoreError) -> Int {
        Int(try await run(Scripts.sweep, [RedisArgument(limit)]).integer ?? 0)
    }
}

extension NodeReport {
    /// The fields of its record, and their values.
    fileprivate var record: RedisArguments {
        [
            "longest_gap", RedisArgument(longestGap.wholeMilliseconds), "host", RedisArgument(process.host), "pid",
            RedisArgument(process.id),
            "version", RedisArgument(process.version), "loops", RedisArgument(loops),
            "coordinators", RedisArgument(coordinators), "claims", RedisArgument(claims),
            "fenced_commits", RedisArgument(fencedCommits), "finished", RedisArgument(finished.text),
        ]
    }
}

extension NodeHeartbeat.EndedNode {
    /// Reads what heartbeat.lua gives: node and last sign of life in turn.
    fileprivate static func list(_ parts: [RedisValue]) -> [NodeHeartbeat.EndedNode] {
        stride(from: 0, to: parts.count - 1, by: 2).compactMap { index in
            guard let id = parts[index].string.flatMap(NodeID.init) else { return nil }
            return NodeHeartbeat.EndedNode(id: id, heartbeatAt: parts[index + 1].milliseconds)
        }
    }
}

extension RegisteredNode {
    fileprivate init?(id: NodeID, _ record: RedisValue, at now: Instant) {
        guard let values = record.array, values.count == 12, let workflows = values[1].integer,
            let status = values[0].string.flatMap(NodeStatus.init(rawValue:)),
            let startedAt = values[2].milliseconds, let heartbeatAt = values[3].milliseconds,
            let host = values[4].string, let process = values[5].integer, let version = values[6].string,
            let loops = values[7].integer, let coordinators = values[8].integer, let claims = values[9].integer,
            let fencedCommits = values[10].integer
        else { return nil }
        self.init(
            id: id, status: status, startedAt: startedAt, heartbeatAt: heartbeatAt,
            heartbeatAge: max(now - heartbeatAt, .zero), workflows: Int(workflows),
            process: NodeProcess(host: host, id: Int(process), version: version), loops: Int(loops),
            coordinators: Int(coordinators), claims: Int(claims), fencedCommits: Int(fencedCommits),
            finished: FinishedWorkflows(stored: values[11].string ?? ""))
    }
}
