import WorkflowCore

/// Tasks that are directed to an agent and go to the pool after all, as directed.lua has it.
extension MemoryStore.State {
    typealias DirectedTask = (type: String, place: MemoryStore.QueuePlace, lane: TaskLane, until: Instant)

    /// Those whose agent did not take them in time. Gives whom the node is to call for them.
    mutating func releaseOverdue(_ type: String, from node: NodeID, at now: Instant) -> [TaskCall] {
        directed(of: type).filter { $0.until <= now }.compactMap { release($0, from: node, at: now) }
    }

    /// The same for all that wait for one agent.
    mutating func release(directedTo agent: AgentID, from node: NodeID, at now: Instant) -> [TaskCall] {
        directed(to: agent).compactMap { release($0, from: node, at: now) }
    }

    func directed(to agent: AgentID) -> [DirectedTask] {
        let types = agents[agent]?.registration.profile.types ?? []
        return types.flatMap { directed(of: $0) }.filter { $0.lane.agent == agent }
    }

    /// By the time at which they are released.
    private func directed(of type: String) -> [DirectedTask] {
        let waiting = taskTypes[type]?.directed ?? [:]
        let tasks = waiting.compactMap { place, until -> DirectedTask? in
            guard let lane = TaskLane(place.queue.dropFirst(type.utf8.count + 1)) else { return nil }
            return (type, place, lane, until)
        }
        return tasks.sorted {
            ($0.until, $0.place.queue, $0.place.entry) < ($1.until, $1.place.queue, $1.place.entry)
        }
    }

    /// It goes where others may take it, as if it came now.
    private mutating func release(_ task: DirectedTask, from node: NodeID, at now: Instant) -> TaskCall? {
        guard let entry = queues[task.place.queue]?.entry(task.place.entry) else { return nil }
        leaveQueue(task.place)
        let (id, lane) = (entry.dispatch.task, task.lane.withoutAgent)
        let queue = MemoryStore.QueuePlace.queue(of: task.type, lane)
        let moved = MemoryStore.AgentQueue.Entry(
            dispatch: entry.dispatch, traceparent: entry.traceparent, queuedAt: now)
        let number = queues[queue, default: MemoryStore.AgentQueue()].add(moved)
        runs[id.workflow]?.places[id.step] = MemoryStore.QueuePlace(queue: queue, entry: number)
        if let lane { taskTypes[task.type]?.enter(lane) }
        let call = TaskCall(task.type, for: lane?.audience ?? .pool)
        return callAgent(for: call, from: node, at: now) ? call : nil
    }
}
