import JSON
import RedisStreams
package import WorkflowCore

/// Reading a workflow whole: its hash by a plain command, since a script would copy all of it twice more, and then who
/// holds its open tasks. Nobody else commits once it is claimed, and a reader may as well know of a later take.
extension RedisStore {
    /// How many entries one script looks up, in less than a millisecond.
    private static let placesAtOnce = 400

    package func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow? {
        guard let hash = try await hash(of: id) else { return nil }
        return StoredWorkflow(hash, takes: try await takes(of: hash))
    }

    package func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome {
        let reply = try await run(Scripts.claim, [RedisArgument(id), RedisArgument(node)])
        guard let parts = reply.array, let owner = parts.first?.string.flatMap(NodeID.init) else { return .unknown }
        let hasEnded = WorkflowStatus(rawValue: parts.last?.string ?? "")?.isTerminal == true
        guard owner == node || hasEnded else { return .owned(by: owner) }
        guard let workflow = try await workflow(id) else { return .unknown }
        // Between the two replies this node's own lease may have ended.
        if let owner = workflow.owner, owner != node, !hasEnded { return .owned(by: owner) }
        return .workflow(workflow)
    }

    private func hash(of id: WorkflowID) async throws(StoreError) -> WorkflowHash? {
        let fields = try await read("HGETALL", keys.workflow(id)).pairs
        guard !fields.isEmpty else { return nil }
        guard let hash = WorkflowHash(id, fields) else { throw .damaged("what Redis has of \(id) is not whole") }
        return hash
    }

    private func takes(of hash: WorkflowHash) async throws(StoreError) -> [StoredWorkflow.Take] {
        var takes: [StoredWorkflow.Take] = []
        var rest = hash.places[...]
        while !rest.isEmpty {
            let places = rest.prefix(Self.placesAtOnce)
            rest = rest.dropFirst(Self.placesAtOnce)
            let holders = try await run(Scripts.holders, places.map(\.place)).pairs
            for (place, holder) in zip(places, holders) {
                guard let agent = AgentID(holder.name), let at = holder.value.milliseconds else { continue }
                takes.append(StoredWorkflow.Take(step: place.step, agent: agent, at: at))
            }
        }
        return takes
    }
}

/// The fields of a workflow's hash, told apart.
private struct WorkflowHash {
    let id: WorkflowID
    let plan: JSONText
    let input: JSONText
    let checkpoint: Checkpoint
    let revision: Int
    let fields: [String: RedisValue]
    /// Where its open tasks are.
    var places: [(step: Int, place: RedisArgument)] = []

    init?(_ id: WorkflowID, _ pairs: [(name: String, value: RedisValue)]) {
        var fields: [String: RedisValue] = [:]
        var steps: [Int: JSONText] = [:]
        var results: [Int: JSONText] = [:]
        for (name, value) in pairs {
            guard let step = Int(name.dropFirst(2)) else {
                fields[name] = value
                continue
            }
            let bytes = value.bytes ?? []
            switch name.prefix(2) {
            case "s:": steps[step] = JSONText(unchecked: bytes)
            case "r:": results[step] = JSONText(unchecked: bytes)
            case "q:": places.append((step, RedisArgument(bytes)))
            default: break
            }
        }
        guard let plan = fields["plan"]?.bytes, let input = fields["input"]?.bytes,
            let head = fields["checkpoint"]?.bytes, let revision = fields["revision"]?.integer
        else { return nil }
        self.id = id
        self.plan = JSONText(unchecked: plan)
        self.input = JSONText(unchecked: input)
        self.revision = Int(revision)
        self.fields = fields
        checkpoint = Checkpoint(
            head: JSONText(unchecked: head), steps: steps, results: results,
            output: fields["output"]?.bytes.map(JSONText.init(unchecked:)))
        places.sort { $0.step < $1.step }
    }
}

extension StoredWorkflow {
    fileprivate init(_ hash: WorkflowHash, takes: [Take]) {
        self.init(
            id: hash.id, plan: hash.plan, input: hash.input, checkpoint: hash.checkpoint, revision: hash.revision,
            owner: hash.fields["owner"]?.string.flatMap(NodeID.init),
            takeovers: Int(hash.fields["takeovers"]?.integer ?? 0),
            traceparent: hash.fields["trace"]?.string ?? "", takes: takes)
    }
}
