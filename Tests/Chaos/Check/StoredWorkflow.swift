import GanglionClient
import RedisStreams

/// A workflow as Redis has it, read with plain commands and none of the service's code.
struct StoredWorkflow: Sendable {
    let id: String
    let number: Int
    let status: String
    let owner: String
    let takeovers: Int
    /// By step.
    let results: [String: JSONDocument]
    let output: JSONDocument?
    let history: [Entry]

    struct Entry: Sendable {
        /// When it was stored.
        let at: WallTime
        let type: String
        let step: String?
        let attempt: Int?
        let agent: String?
    }

    /// `nil` if there is no such workflow.
    static func read(_ id: String, _ redis: RedisClient) async throws -> StoredWorkflow? {
        let key: RedisArgument = "\(Cluster.prefix)workflow:\(id)"
        let fields = ["status", "owner", "takeovers", "input", "output", "r:0", "r:1", "r:2", "r:3"]
        let reply = try await redis.send(
            RedisCommand(["HMGET", key] + RedisArguments(fields.map { RedisArgument($0) }), isResendable: true))
        guard let values = reply.array, let status = values[0].string else { return nil }
        let entries = try await redis.send(.read("XRANGE", "\(Cluster.prefix)history:\(id)", "-", "+"))
        var results: [String: JSONDocument] = [:]
        for (step, value) in zip(ContractReview.steps, values[5...]) {
            if let bytes = value.bytes { results[step] = try JSONDocument(parsing: bytes) }
        }
        return StoredWorkflow(
            id: id, number: try values[3].bytes.map { try JSONDocument(parsing: $0) }?["number"].integer ?? -1,
            status: status, owner: values[1].string ?? "", takeovers: Int(values[2].integer ?? 0), results: results,
            output: try values[4].bytes.map { try JSONDocument(parsing: $0) },
            history: try (entries.array ?? []).flatMap { try Entry.all(of: $0) })
    }
}

extension StoredWorkflow.Entry {
    /// What an entry of the stream holds: an id that begins with the milliseconds since 1970, and an array of events.
    fileprivate static func all(of value: RedisValue) throws -> [Self] {
        let parts = value.array ?? []
        let at = parts.first?.string?.split(separator: "-").first.flatMap { WallTime($0) } ?? 0
        let events = try JSONDocument(parsing: parts.last?.pairs.first?.value.bytes ?? [])
        return events.root.elements.map { Self($0, at: at) }
    }

    private init(_ event: JSONElement, at: WallTime) {
        self.at = at
        type = event["type"].string ?? ""
        step = event["step_id"].string
        attempt = event["attempt"].integer
        agent = event["agent_id"].string
    }
}

extension StoredWorkflow {
    /// What happened to it, with milliseconds since its beginning, and how often agents worked on it.
    func story(_ end: Journal.End?, _ work: Journal.Work) -> String {
        let start = history.first?.at ?? 0
        let events = history.map { entry in
            let of = [entry.step, entry.attempt.map(String.init), entry.agent].compactMap(\.self)
            return (["\(entry.at - start)", entry.type] + of).joined(separator: " ")
        }
        let executions = work.executions.map { "\($0.at - start) \($0.step) \($0.attempt) \($0.agent)" }
        let verdicts = work.verdicts.map { "\($0.at - start) \($0.step) \($0.attempt) \($0.counts)" }
        let due = end.map { "\($0.due)" } ?? "an unknown time"
        let latency = end.map { "\($0.latency)" } ?? "never"
        return """
            \(id), due at \(due), seen to end \(latency) later, began at \(start), now of \(owner), taken over \
            \(takeovers) times: \(events.joined(separator: "; ")) | executions: \(executions.joined(separator: "; ")) \
            | verdicts: \(verdicts.joined(separator: "; ")) | remarks: \(work.remarks.joined(separator: "; "))
            """
    }
}
