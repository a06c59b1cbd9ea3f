import JSON
import RedisStreams
package import WorkflowCore

/// Agents: their registry, and the queues that they take tasks from.
extension RedisStore {
    private static let recordFields: RedisArguments = [
        "name", "profile", "slots", "status", "registered_at", "heartbeat_at", "holds", "load", "reliability",
    ]

    package func register(_ agent: AgentRegistration) async throws(StoreError) {
        let arguments: RedisArguments = [
            RedisArgument(agent.id), RedisArgument(agent.name), RedisArgument(agent.slots),
            RedisArgument(agent.lifetime.wholeMilliseconds), RedisArgument(agent.profile.types.joined(separator: " ")),
            RedisArgument(agent.profile.json.bytes), RedisArgument(AgentTraits(agent.profile).text),
            RedisArgument(agent.profile.costsText),
        ]
        _ = try await run(Scripts.register, arguments)
    }

    package func publishProtocol(_ terms: AgentTerms) async throws(StoreError) {
        var arguments: RedisArguments = [
            RedisArgument(terms.heartbeat.wholeMilliseconds), RedisArgument(terms.lostAfter.wholeMilliseconds),
        ]
        for script in Scripts.published { arguments.append(RedisArgument(script.name), RedisArgument(script.source)) }
        _ = try await run(Scripts.publish, arguments)
    }

    package func agent(_ id: AgentID) async throws(StoreError) -> RegisteredAgent? {
        let arguments: RedisArguments = ["HMGET", keys.agent(id)] + Self.recordFields
        do throws(RedisError) {
            return RegisteredAgent(id: id, try await client.send(RedisCommand(arguments, isResendable: true)))
        } catch {
            throw StoreError(error)
        }
    }

    package func agents(_ request: PageRequest) async throws(StoreError) -> Page<RegisteredAgent> {
        let page = try await list("index:agents", of: "agent:", Self.recordFields, request)
        return page.compactMap { id, record in AgentID(id).flatMap { RegisteredAgent(id: $0, record) } }
    }

    package func take(_ request: TakeRequest, at node: NodeID) async throws(StoreError) -> TakeOutcome {
        var arguments: RedisArguments = [
            RedisArgument(request.agent), RedisArgument(request.wanted), request.wanted > 0 ? "1" : "0",
            RedisArgument(node), request.waits ? "1" : "0", RedisArgument(request.load?.bytes ?? []),
        ]
        for task in request.running {
            if let fingerprint = request.fingerprints[task] {
                arguments.append(RedisArgument("\(task) \(fingerprint)"))
            } else {
                arguments.append(RedisArgument(task))
            }
        }
        let reply = try await run(Scripts.take, arguments)
        let parts = reply.array ?? []
        switch parts.first?.string {
        case "unknown": return .unknown
        case "gone": return .gone
        case "alive" where parts.count == 10:
            guard let status = parts[2].string.flatMap(AgentStatus.init(rawValue:)) else {
                throw .unexpected(reply, of: "a take")
            }
            let stop = (parts[3].array ?? []).compactMap { $0.string.flatMap(TaskID.init) }
            let open = (parts[1].string ?? "").split(separator: " ").map(String.init)
            let tasks = (parts[4].array ?? []).compactMap(TakenTask.init)
            var taken = Taken(status: status, open: open, stop: stop, tasks: tasks)
            taken.isFull = parts[5].integer == 1
            taken.recalls = parts[6].pairs.compactMap { call, at in
                at.milliseconds.map { Recall(call: TaskCall(text: call), at: $0) }
            }
            taken.traits = parts[7].string.map(AgentTraits.init) ?? AgentTraits()
            taken.stalled = StalledTask.list(parts[8])
            // A hash has no order.
            taken.guidance = parts[9].pairs.compactMap(TaskGuidance.init).sorted { $0.isBefore($1) }
            return .alive(taken)
        default: throw .unexpected(reply, of: "a take")
        }
    }

    package func conduct(_ agent: AgentID, _ conduct: AgentConduct) async throws(StoreError) -> ConductOutcome {
        let reply = try await run(Scripts.conduct, [RedisArgument(agent), RedisArgument(conduct.status.rawValue)])
        switch reply.string {
        case "unknown": return .unknown
        case "gone": return .gone
        case conduct.status.rawValue: return .done
        default: throw .unexpected(reply, of: "an agent's conduct")
        }
    }

    package func learn(_ tallies: [(key: TallyKey, tally: AgentTally)]) async throws(StoreError) {
        var rest = tallies[...]
        while !rest.isEmpty {
            var arguments: RedisArguments = [RedisArgument(Reliability.halfLife.wholeMilliseconds)]
            for (key, tally) in rest.prefix(Self.talliesAtOnce) {
                arguments.append(RedisArgument(key.agent), RedisArgument(key.type), RedisArgument(tally.succeeded))
                arguments.append(RedisArgument(tally.failed), RedisArgument(tally.retried))
                arguments.append(RedisArgument(tally.milliseconds))
            }
            rest = rest.dropFirst(Self.talliesAtOnce)
            _ = try await run(Scripts.learn, arguments, isResendable: false)
        }
    }

    /// How many one script adds, in about a millisecond.
    private static let talliesAtOnce = 100

    package func passOn(_ call: TaskCall, from node: NodeID) async throws(StoreError) {
        let audience = RedisArgument(call.audience.description)
        _ = try await run(Scripts.passOn, [RedisArgument(call.type), RedisArgument(node), audience])
    }

    package func deregister(
        _ agent: AgentID, at node: NodeID
    ) async throws(StoreError) -> Departures? {
        let reply = try await depart(RedisArgument(agent), node)
        return reply.string == "unknown" ? nil : Departures(reply)
    }

    package func removeLostAgents(for node: NodeID) async throws(StoreError) -> Departures {
        Departures(try await depart("", node))
    }

    private func depart(_ leaving: RedisArgument, _ node: NodeID) async throws(StoreError) -> RedisValue {
        try await run(
            Scripts.depart,
            [
                RedisArgument(node), leaving, RedisArgument(DepartedAgent.agentsAtOnce),
                RedisArgument(DepartedAgent.tasksAtOnce), RedisArgument(DepartedAgent.turn.wholeMilliseconds),
                RedisArgument(DepartedAgent.memory.wholeMilliseconds),
            ])
    }
}

extension RegisteredAgent {
    fileprivate init?(id: AgentID, _ record: RedisValue) {
        guard let values = record.array, values.count == 9, let name = values[0].string,
            let profile = values[1].bytes.flatMap({ AgentProfile(stored: JSONText(unchecked: $0)) }),
            let slots = values[2].integer,
            let status = values[3].string.flatMap(AgentStatus.init(rawValue:)),
            let registeredAt = values[4].milliseconds, let heartbeatAt = values[5].milliseconds
        else { return nil }
        self.init(
            id: id, name: name, profile: profile, slots: Int(slots), status: status,
            held: Int(values[6].integer ?? 0), load: values[7].bytes.map(JSONText.init(unchecked:)),
            reliability: values[8].reliability, registeredAt: registeredAt, heartbeatAt: heartbeatAt)
    }
}

extension TakenTask {
    /// Reads what take.lua gives for a task: its type, when it was taken, and its entry's fields.
    fileprivate init?(_ value: RedisValue) {
        guard let parts = value.array, parts.count == 5, let type = parts[0].string,
            let takenAt = parts[1].milliseconds
        else { return nil }
        let fields = parts[2].pairs
        // Few of them: to look through these costs less than a dictionary.
        func field(_ name: String) -> RedisValue? { fields.first { $0.name == name }?.value }
        guard let task = field("task")?.string.flatMap(TaskID.init), let step = field("step")?.string,
            let attempt = field("attempt")?.integer, let timeout = field("timeout")?.integer,
            let payload = field("payload")?.bytes
        else { return nil }
        var dispatch = TaskDispatch(
            task: task, stepID: step, taskType: type, attempt: Int(attempt), payload: JSONText(unchecked: payload),
            timeout: .milliseconds(timeout), answers: field("answers")?.bytes.map(JSONText.init(unchecked:)))
        dispatch.partial = field("partial")?.bytes.map(JSONText.init(unchecked:))
        dispatch.heartbeatTimeout = field("heartbeat")?.integer.map { .milliseconds($0) }
        dispatch.stuckAfter = field("stuck")?.integer.map(Int.init(truncatingIfNeeded:))
        self.dispatch = dispatch
        self.takenAt = takenAt
        traceparent = field("trace")?.string ?? ""
        isOwnerTold = parts[3].integer == 1
        audience = TaskAudience(parts[4].string ?? "")
    }
}

extension StalledTask {
    /// Reads task, attempt, heartbeats and the time of the first in turn.
    fileprivate static func list(_ value: RedisValue) -> [StalledTask] {
        let parts = value.array ?? []
        return stride(from: 0, to: parts.count - 3, by: 4).compactMap { index in
            guard let task = parts[index].string.flatMap(TaskID.init), let attempt = parts[index + 1].integer,
                let heartbeats = parts[index + 2].integer, let since = parts[index + 3].milliseconds
            else { return nil }
            return StalledTask(task: task, attempt: Int(attempt), heartbeats: Int(heartbeats), since: since)
        }
    }
}

extension TaskGuidance {
    fileprivate init?(_ task: String, _ note: RedisValue) {
        guard let task = TaskID(task), let bytes = note.bytes,
            let guidance = Guidance(stored: JSONNode(JSONText(unchecked: bytes)))
        else { return nil }
        self.init(task: task, guidance: guidance)
    }
}

extension Departures {
    /// Reads what depart.lua gives: the lost, then agent, status and holdings in turn, then who is to be called.
    fileprivate init(_ reply: RedisValue) {
        let found = (reply.array ?? []).map { $0.array ?? [] }
        guard found.count == 3 else { return }
        let (lost, parts) = (found[0], found[1])
        calls = found[2].compactMap { $0.string.map(TaskCall.init(text:)) }
        self.lost = lost.compactMap { $0.string.flatMap(AgentID.init) }
        holders = stride(from: 0, to: parts.count - 2, by: 3).compactMap { index -> DepartedAgent? in
            guard let id = parts[index].string.flatMap(AgentID.init) else { return nil }
            let holds = parts[index + 2].pairs.compactMap { task, attempt -> DepartedAgent.Holding? in
                guard let task = TaskID(task), let attempt = attempt.integer else { return nil }
                return DepartedAgent.Holding(task: task, attempt: Int(attempt))
            }
            let status = parts[index + 1].string.flatMap(AgentStatus.init(rawValue:)) ?? .lost
            return DepartedAgent(id: id, status: status, holds: holds)
        }
    }
}

extension AgentProfile {
    /// As take.lua reads it: the types whose tasks take more than one slot.
    fileprivate var costsText: String {
        abilities.filter { $0.slotCost != 1 }.map { "\($0.type)=\($0.slotCost)" }.joined(separator: " ")
    }
}

extension RedisValue {
    /// What learn.lua wrote.
    var reliability: [String: Reliability] {
        guard let bytes, let text = try? JSONText(validating: bytes) else { return [:] }
        let types = JSONNode(text).members.compactMap { type, node -> (String, Reliability)? in
            let parts = node.elements.compactMap(\.double)
            guard parts.count == 5 else { return nil }
            let at = Instant(milliseconds: Int64(exactly: parts[4].rounded()) ?? 0)
            let known = Reliability(
                succeeded: parts[0], failed: parts[1], retried: parts[2], milliseconds: parts[3], at: at)
            return (type, known)
        }
        return Dictionary(types) { first, _ in first }
    }
}
