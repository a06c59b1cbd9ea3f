import JSON
import RedisStreams
package import WorkflowCore

/// Reading a workflow whole: its hash by a plain command, since a script would copy all of it twice more, and then what
/// lies beside it. Nobody else commits once it is claimed, and a reader may as well know of a later take.
extension RedisStore {
    /// How many entries one script looks up, in less than a millisecond.
    private static let stepsAtOnce = 400
    /// How many letters one script reads.
    private static let lettersAtOnce = 400

    package func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow? {
        guard let hash = try await hash(of: id) else { return nil }
        return StoredWorkflow(hash, try await surroundings(of: id, steps: hash.openSteps, after: .beginning))
    }

    package func surroundings(
        of id: WorkflowID, steps: [Int], after place: StreamPlace
    ) async throws(StoreError) -> Surroundings {
        var found = Surroundings()
        var rest = steps[...]
        repeat {
            let some = rest.prefix(Self.stepsAtOnce)
            rest = rest.dropFirst(Self.stepsAtOnce)
            let last = found.letters.last?.place ?? place
            var arguments: RedisArguments = [
                RedisArgument(id), RedisArgument(last), RedisArgument(Self.lettersAtOnce),
            ]
            for step in some { arguments.append(RedisArgument(step)) }
            let reply = try await run(Scripts.surroundings, arguments)
            guard let parts = reply.array, parts.count == 2, let letters = parts[1].array else {
                throw .unexpected(reply, of: "what lies beside a workflow")
            }
            let holders = parts[0].array ?? []
            for (index, step) in some.enumerated() where 3 * index + 2 < holders.count {
                guard let agent = holders[3 * index].string.flatMap(AgentID.init),
                    let at = holders[3 * index + 1].milliseconds
                else { continue }
                found.takes.append(
                    StoredWorkflow.Take(step: step, agent: agent, at: at, heardAt: holders[3 * index + 2].time))
            }
            found.letters += letters.compactMap(MailedLetter.init)
            // A full mailbox has more.
            if rest.isEmpty, letters.count < Self.lettersAtOnce { break }
        } while true
        return found
    }

    package func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome {
        let reply = try await run(Scripts.claim, [RedisArgument(id), RedisArgument(node)])
        if reply.array?.first?.string == "quarantined" { return .quarantined }
        guard let parts = reply.array, let owner = parts.first?.string.flatMap(NodeID.init) else { return .unknown }
        let hasEnded = WorkflowStatus(rawValue: parts.last?.string ?? "")?.isTerminal == true
        guard owner == node || hasEnded else { return .owned(by: owner) }
        guard let workflow = try await workflow(id) else { return .unknown }
        if workflow.quarantine != nil { return .quarantined }
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
}

/// The fields of a workflow's hash, told apart.
private struct WorkflowHash {
    let id: WorkflowID
    let plan: JSONText
    let input: JSONText
    let checkpoint: Checkpoint
    let revision: Int
    let committedAt: Instant
    let fields: [String: RedisValue]
    var added: [Int: JSONText] = [:]
    /// Those with an entry on a queue.
    var openSteps: [Int] = []

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
            case "q:": openSteps.append(step)
            case "p:": added[step] = JSONText(unchecked: bytes)
            default: break
            }
        }
        guard let plan = fields["plan"]?.bytes, let input = fields["input"]?.bytes,
            let head = fields["checkpoint"]?.bytes, let revision = fields["revision"]?.integer,
            let committedAt = fields["committed_at"]?.milliseconds
        else { return nil }
        self.id = id
        self.plan = JSONText(unchecked: plan)
        self.input = JSONText(unchecked: input)
        self.revision = Int(revision)
        self.committedAt = committedAt
        self.fields = fields
        checkpoint = Checkpoint(
            head: JSONText(unchecked: head), steps: steps, results: results,
            output: fields["output"]?.bytes.map(JSONText.init(unchecked:)))
        openSteps.sort()
    }
}

extension StoredWorkflow {
    fileprivate init(_ hash: WorkflowHash, _ surroundings: Surroundings) {
        self.init(
            id: hash.id, plan: hash.plan, input: hash.input, checkpoint: hash.checkpoint, revision: hash.revision,
            committedAt: hash.committedAt,
            owner: hash.fields["owner"]?.string.flatMap(NodeID.init),
            takeovers: Int(hash.fields["takeovers"]?.integer ?? 0),
            traceparent: hash.fields["trace"]?.string ?? "", surroundings: surroundings,
            quarantine: hash.fields["quarantined"]?.bytes.map(Failure.init(quarantined:)), added: hash.added)
    }
}

extension Failure {
    /// Reads what quarantine.lua has stored.
    fileprivate init(quarantined bytes: [UInt8]) {
        let text = try? JSONText(validating: bytes)
        self = text.flatMap { Failure(stored: JSONNode($0)) } ?? Failure(code: Self.damagedCode, message: "")
    }
}

extension MailedLetter {
    /// Reads an entry of a mailbox.
    fileprivate init?(_ entry: RedisValue) {
        guard let parts = entry.array, parts.count == 2, let place = parts[0].string.flatMap(StreamPlace.init) else {
            return nil
        }
        var fields: [String: RedisValue] = [:]
        for (name, value) in parts[1].pairs { fields[name] = value }
        let (to, number) = (fields["to"]?.string ?? "", fields["number"]?.string ?? "")
        self.init(place: place, to: to, number: number, event: fields["event"]?.bytes ?? [])
    }
}
