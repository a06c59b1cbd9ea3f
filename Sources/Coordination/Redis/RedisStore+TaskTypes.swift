import JSON
import RedisStreams
package import WorkflowCore

/// Task types: what is set for them, and how their tasks stand.
extension RedisStore {
    /// How many types, agents or tasks one script looks at, in about a millisecond.
    private static let typesAtOnce = 25
    private static let agentsAtOnce = 200
    private static let tasksAtOnce = 200

    package func configure(_ type: String, _ settings: TaskTypeSettings?) async throws(StoreError) {
        let text = settings.map { RedisArgument($0.json.bytes) } ?? ""
        _ = try await run(Scripts.configure, [RedisArgument(type), text] + (settings?.limits ?? []))
    }

    package func settings(newerThan revision: Int) async throws(StoreError) -> TaskTypeTable? {
        // Before the settings: what is read may be newer, and is read again then.
        let current = Int(try await read("GET", RedisArgument(keys.prefix + "settings:revision")).integer ?? 0)
        guard current != revision else { return nil }
        let found = try await read("HGETALL", RedisArgument(keys.prefix + "settings")).pairs
        var settings: [String: TaskTypeSettings] = [:]
        for (type, text) in found { settings[type] = TaskTypeSettings(text) }
        return TaskTypeTable(revision: current, settings: settings)
    }

    package func taskTypes(_ request: PageRequest) async throws(StoreError) -> Page<TaskTypeStatus> {
        var found: [TaskTypeStatus] = []
        var after = request.cursor
        repeat {
            let limit = min(Self.typesAtOnce, request.limit - found.count)
            let page = try await page(RedisArgument(after ?? ""), RedisArgument(limit))
            found += page.elements
            after = page.next
        } while after != nil && found.count < request.limit
        return Page(found, next: after)
    }

    package func taskType(_ name: String) async throws(StoreError) -> TaskTypeStatus? {
        try await page(RedisArgument(name), "0").elements.first
    }

    private func page(_ after: RedisArgument, _ limit: RedisArgument) async throws(StoreError) -> Page<TaskTypeStatus> {
        let reply = try await run(Scripts.taskTypes, [after, limit])
        guard let parts = reply.array, parts.count == 3, let now = parts[1].milliseconds else {
            throw .unexpected(reply, of: "a list of task types")
        }
        let found = parts[2].pairs
        return Page(
            found.compactMap { TaskTypeStatus(name: $0.name, $0.value, at: now) },
            next: parts[0].integer == 1 ? found.last?.name : nil)
    }

    package func pool() async throws(StoreError) -> [AgentLoad] {
        let ids = try await read("ZRANGE", RedisArgument(keys.prefix + "agents"), "0", "-1").array ?? []
        var rest = ids.compactMap { $0.string.flatMap(AgentID.init) }[...]
        var agents: [AgentLoad] = []
        while !rest.isEmpty {
            let some = rest.prefix(Self.agentsAtOnce)
            rest = rest.dropFirst(some.count)
            let found = try await run(Scripts.pool, RedisArguments(some.map { RedisArgument($0) })).array ?? []
            agents += zip(some, found).compactMap { AgentLoad(id: $0, $1) }
        }
        return agents
    }

    package func queued(of id: WorkflowID, steps: [Int]) async throws(StoreError) -> [QueuedTask] {
        var rest = steps[...]
        var queued: [QueuedTask] = []
        while !rest.isEmpty {
            let some = rest.prefix(Self.tasksAtOnce)
            rest = rest.dropFirst(some.count)
            let steps = RedisArguments(some.map { RedisArgument($0) })
            let reply = try await run(Scripts.queued, [RedisArgument(id)] + steps)
            queued += zip(some, reply.array ?? []).compactMap { QueuedTask(step: $0, $1) }
        }
        return queued
    }
}

extension TaskTypeSettings {
    /// What take.lua has to know, as fields and values.
    fileprivate var limits: RedisArguments {
        var limits = RedisArguments()
        if isPaused { limits += ["paused", "1"] }
        if let maximumConcurrency { limits += ["max_concurrency", RedisArgument(maximumConcurrency)] }
        if let rate {
            limits += ["interval", RedisArgument(rate.interval), "burst", RedisArgument(rate.burst)]
            if rate.key != nil { limits += ["quotas", "1"] }
        }
        if hasKeys { limits += ["keys", "1"] }
        return limits
    }

    fileprivate init?(_ stored: RedisValue) {
        guard let bytes = stored.bytes, let text = try? JSONText(validating: bytes) else { return nil }
        self.init(stored: text)
    }
}

extension TaskTypeStatus {
    /// Reads what task_types.lua gives for a type.
    fileprivate init?(name: String, _ value: RedisValue, at now: Instant) {
        guard let parts = value.array, parts.count >= 5, let waiting = parts[0].integer, let held = parts[1].integer,
            let limitedKeys = parts[3].integer
        else { return nil }
        self.init(name: name, at: now)
        self.waiting = Int(waiting)
        self.held = Int(held)
        self.limitedKeys = Int(limitedKeys)
        oldestSince = parts[2].time
        nextFreeAt = parts[4].time
        settings = parts.count > 5 ? TaskTypeSettings(parts[5]) : nil
    }
}

extension AgentLoad {
    fileprivate init?(id: AgentID, _ record: RedisValue) {
        guard let values = record.array, values.count == 7, let name = values[0].string,
            let slots = values[1].integer, let status = values[2].string.flatMap(AgentStatus.init(rawValue:)),
            [.alive, .paused, .draining].contains(status),
            let profile = values[5].bytes.flatMap({ AgentProfile(stored: JSONText(unchecked: $0)) })
        else { return nil }
        self.init(
            id: id, name: name, profile: profile, status: status, slots: Int(slots), held: Int(values[3].integer ?? 0))
        directed = Int(values[4].integer ?? 0)
        reliability = values[6].reliability
    }
}

extension QueuedTask {
    fileprivate init?(step: Int, _ found: RedisValue) {
        guard let parts = found.array, parts.count == 5, let lane = parts[0].string else { return nil }
        let agent = parts[2].string.flatMap(AgentID.init)
        let take = agent.flatMap { agent in
            parts[3].time.map { StoredWorkflow.Take(step: step, agent: agent, at: $0) }
        }
        self.init(
            step: step, lane: TaskLane(lane), quotaFreeAt: parts[1].time, take: take, directedUntil: parts[4].time)
    }
}

extension RedisValue {
    /// Milliseconds, with 0 for no time.
    var time: Instant? {
        guard let milliseconds, milliseconds.milliseconds > 0 else { return nil }
        return milliseconds
    }
}
