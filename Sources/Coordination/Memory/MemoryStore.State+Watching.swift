import WorkflowCore

/// What is known of tasks that agents work on for long, as watching.lua and conduct.lua have it.
extension MemoryStore {
    struct Watch: Hashable, Sendable {
        let attempt: Int
        var heardAt: Instant
        let limit: Int?
        var count = 0
        var since: Instant
        var fingerprint: String?
    }

    struct NotePlace: Hashable, Sendable {
        let task: TaskID
        let number: Int
    }

    struct Note: Hashable, Sendable {
        let guidance: Guidance
        var toldAt: Instant?
    }
}

extension MemoryStore.State {
    mutating func conduct(_ id: AgentID, _ conduct: AgentConduct) -> ConductOutcome {
        guard let agent = agents[id] else { return .unknown }
        guard !agent.hasDeparted else { return .gone }
        if agent.status != conduct.status {
            agents[id]?.status = conduct.status
            if let node = agent.node { tell(.node(node), .stop(id)) }
        }
        return .done
    }

    mutating func watch(_ task: TakenTask, by agent: AgentID, at now: Instant) {
        let dispatch = task.dispatch
        guard dispatch.heartbeatTimeout != nil || dispatch.stuckAfter != nil else { return }
        agents[agent]?.watched[dispatch.task] = MemoryStore.Watch(
            attempt: dispatch.attempt, heardAt: now, limit: dispatch.stuckAfter, since: now)
    }

    /// Notes that the agent works on tasks that it names and holds; those that it does not hold any more are forgotten
    /// if `all` that it has is known.
    mutating func hear(
        _ request: TakeRequest, named: Set<TaskID>, all: Set<TaskID>?, at now: Instant
    ) -> [StalledTask] {
        var stalled: [StalledTask] = []
        for (task, watch) in agents[request.agent]?.watched ?? [:] {
            var watch = watch
            guard named.contains(task) else {
                if let all, !all.contains(task) { agents[request.agent]?.watched[task] = nil }
                continue
            }
            watch.heardAt = now
            if let limit = watch.limit, let fingerprint = request.fingerprints[task] {
                if fingerprint != watch.fingerprint {
                    (watch.count, watch.since, watch.fingerprint) = (0, now, fingerprint)
                }
                watch.count += 1
                if watch.count.isMultiple(of: limit) {
                    stalled.append(
                        StalledTask(
                            task: task, attempt: watch.attempt, heartbeats: watch.count, since: watch.since))
                }
            }
            agents[request.agent]?.watched[task] = watch
        }
        // The same states give the same.
        return stalled.sorted { $0.task.description < $1.task.description }
    }

    /// What the agent is to be told of tasks that it works on; again after a while, until it is acknowledged.
    mutating func notes(
        for agent: AgentID, named: Set<TaskID>, all: Set<TaskID>?, at now: Instant
    ) -> [TaskGuidance] {
        var told: [TaskGuidance] = []
        let pause = (agents[agent]?.registration.lifetime ?? .zero) / 3
        for (place, note) in agents[agent]?.guidance ?? [:] {
            guard named.contains(place.task) || all?.contains(place.task) == true else {
                if all != nil { agents[agent]?.guidance[place] = nil }
                continue
            }
            if let toldAt = note.toldAt, toldAt + pause > now { continue }
            told.append(TaskGuidance(task: place.task, guidance: note.guidance))
            agents[agent]?.guidance[place]?.toldAt = now
        }
        return told.sorted { $0.isBefore($1) }
    }

    mutating func guide(_ agent: AgentID, _ task: TaskID, _ guidance: Guidance, from owner: NodeID) {
        guard let record = agents[agent], !record.hasDeparted, let node = record.node else { return }
        agents[agent]?.guidance[MemoryStore.NotePlace(task: task, number: guidance.number)] = MemoryStore.Note(
            guidance: guidance)
        if node != owner { tell(.node(node), .stop(agent)) }
    }
}
