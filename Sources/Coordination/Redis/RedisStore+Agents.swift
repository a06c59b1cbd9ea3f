import JSON
import RedisStreams
package import WorkflowCore

/// Agents: their registry, and the queues that they take tasks from.
extension RedisStore {
    private static let recordFields: RedisArguments = [
        "name", "capabilities", "slots", "status", "registered_at", "heartbeat_at",
    ]

    package func register(_ agent: AgentRegistration) async throws(StoreError) {
        let arguments: RedisArguments = [
            RedisArgument(agent.id), RedisArgument(agent.name), RedisArgument(agent.slots),
            RedisArgument(agent.lifetime.wholeMilliseconds), RedisArgument(agent.capabilities.joined(separator: " ")),
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
            RedisArgument(node), request.waits ? "1" : "0",
        ]
        for task in request.running { arguments.append(RedisArgument(task)) }
        let reply = try await run(Scripts.take, arguments)
        let parts = reply.array ?? []
        switch parts.first?.string {
        case "unknown": return .unknown
        case "gone": return .gone
        case "alive" where parts.count == 7:
            guard let status = parts[2].string.flatMap(AgentStatus.init(rawValue:)) else {
                throw .unexpected(reply, of: "a take")
            }
            let stop = (parts[3].array ?? []).compactMap { $0.string.flatMap(TaskID.init) }
            let capabilities = (parts[1].string ?? "").split(separator: " ").map(String.init)
            let tasks = (parts[4].array ?? []).compactMap(TakenTask.init)
            return .alive(
                Taken(
                    status: status, capabilities: capabilities, stop: stop, tasks: tasks,
                    isFull: parts[5].integer == 1,
                    recalls: parts[6].pairs.compactMap { type, at in
                        at.milliseconds.map { Recall(type: type, at: $0) }
                    }))
        default: throw .unexpected(reply, of: "a take")
        }
    }

    package func passOn(_ type: String, from node: NodeID) async throws(StoreError) {
        _ = try await run(Scripts.passOn, [RedisArgument(type), RedisArgument(node)])
    }

    package func deregister(
        _ agent: AgentID, at node: NodeID
    ) async throws(StoreError) -> [DepartedAgent]? {
        let reply = try await depart(RedisArgument(agent), node)
        return reply.string == "unknown" ? nil : Departures(reply).holders
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
        guard let values = record.array, values.count == 6, let name = values[0].string,
            let capabilities = values[1].string, let slots = values[2].integer,
            let status = values[3].string.flatMap(AgentStatus.init(rawValue:)),
            let registeredAt = values[4].milliseconds, let heartbeatAt = values[5].milliseconds
        else { return nil }
        self.init(
            id: id, name: name, capabilities: capabilities.split(separator: " ").map(String.init), slots: Int(slots),
            status: status, registeredAt: registeredAt, heartbeatAt: heartbeatAt)
    }
}

extension TakenTask {
    /// Reads what take.lua gives for a task: its type, when it was taken, and its entry's fields.
    fileprivate init?(_ value: RedisValue) {
        guard let parts = value.array, parts.count == 4, let type = parts[0].string,
            let takenAt = parts[1].milliseconds
        else { return nil }
        let fields = parts[2].pairs
        // Few of them: to look through these costs less than a dictionary.
        func field(_ name: String) -> RedisValue? { fields.first { $0.name == name }?.value }
        guard let task = field("task")?.string.flatMap(TaskID.init), let step = field("step")?.string,
            let attempt = field("attempt")?.integer, let timeout = field("timeout")?.integer,
            let payload = field("payload")?.bytes
        else { return nil }
        dispatch = TaskDispatch(
            task: task, stepID: step, taskType: type, attempt: Int(attempt), payload: JSONText(unchecked: payload),
            timeout: .milliseconds(timeout), answers: field("answers")?.bytes.map(JSONText.init(unchecked:)))
        self.takenAt = takenAt
        traceparent = field("trace")?.string ?? ""
        isOwnerTold = parts[3].integer == 1
    }
}

extension Departures {
    /// Reads what depart.lua gives: the lost, then agent, status and holdings in turn.
    fileprivate init(_ reply: RedisValue) {
        let (lost, parts) = (reply.array?.first?.array ?? [], reply.array?.last?.array ?? [])
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
