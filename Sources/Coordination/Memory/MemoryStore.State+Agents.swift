import WorkflowCore

/// Registering, taking and departing, as register.lua, take.lua and depart.lua have it.
extension MemoryStore.State {
    mutating func register(_ agent: AgentRegistration, at now: Instant) {
        // Sent once more after its reply was lost.
        guard agents[agent.id] == nil else { return }
        agents[agent.id] = MemoryStore.AgentRecord(registration: agent, registeredAt: now, heartbeatAt: now)
        for type in agent.profile.types { list(type) }
    }

    mutating func learn(_ tallies: [(key: TallyKey, tally: AgentTally)], at now: Instant) {
        for (key, tally) in tallies where agents[key.agent] != nil {
            agents[key.agent]?.reliability[key.type, default: Reliability(at: now)].add(tally, at: now)
        }
    }

    mutating func take(_ request: TakeRequest, at now: Instant, node: NodeID) -> TakeOutcome {
        guard var agent = agents[request.agent] else { return .unknown }
        guard !agent.hasDeparted else { return .gone }
        agent.heartbeatAt = now
        agent.node = node
        agent.load = request.load ?? agent.load
        agents[request.agent] = agent

        var named: [MemoryStore.QueuePlace: TaskID] = [:]
        for task in request.running {
            if let place = runs[task.workflow]?.places[task.step] { named[place] = task }
        }
        let profile = agent.registration.profile
        let types = profile.types
        var tasks: [TakenTask] = []
        var keeps: Set<TaskID> = []
        var used = 0
        func room(for type: String) -> Int { max(agent.registration.slots - used, 0) / profile.slotCost(of: type) }
        for (type, name) in types.flatMap({ type in queueNames(type).map { (type, $0) } }) {
            guard let queue = queues[name] else { continue }
            for entry in queue.held(by: request.agent) {
                used += profile.slotCost(of: type)
                if let task = named[MemoryStore.QueuePlace(queue: name, entry: entry)] {
                    keeps.insert(task)
                } else if request.wanted > 0 {
                    tasks += queue.task(entry).map { [$0] } ?? []
                }
            }
        }
        for task in tasks { watch(task, by: request.agent, at: now) }
        let all = request.wanted > 0 ? keeps.union(tasks.map(\.dispatch.task)) : nil
        let stalled = hear(request, named: keeps, all: all, at: now)
        let notes = notes(for: request.agent, named: keeps, all: all, at: now)
        let stop = request.running.filter { keeps.insert($0).inserted }
        var recalls: [Recall] = []
        var free = request.wanted - tasks.count
        // Begins with another queue each time, so that a full one does not starve the others.
        let first = Int(now.milliseconds % Int64(max(types.count, 1)))
        for type in types[first...] + types[..<first] where agent.status == .alive {
            let wanted = min(free, room(for: type))
            guard wanted > 0 else { continue }
            let taker = Taker(id: request.agent, node: node, traits: AgentTraits(profile))
            let (new, again) = take(wanted, of: type, for: taker, at: now)
            recalls += again
            for task in new { watch(task, by: request.agent, at: now) }
            tasks += new
            free -= new.count
            used += new.count * profile.slotCost(of: type)
        }
        // What is directed to one that takes nothing new is for others.
        if agent.status != .alive {
            recalls += release(directedTo: request.agent, from: node, at: now).map { Recall(call: $0, at: now) }
        }
        agents[request.agent]?.holds = used
        for at in tasks.indices { tellOwner(of: &tasks[at], takenBy: request.agent, at: node) }
        let open = types.filter { room(for: $0) > 0 }
        if request.waits, agent.status == .alive, tasks.isEmpty {
            for type in open { waiting[type, default: []].insert(node) }
        }
        var taken = Taken(status: agent.status, open: open, stop: stop, tasks: tasks)
        taken.isFull = open.count < types.count
        (taken.recalls, taken.stalled, taken.guidance) = (recalls, stalled, notes)
        taken.traits = AgentTraits(profile)
        return .alive(taken)
    }

    /// The clock of the work runs from here on: the owner hears of it from the node that it shares with the agent, or
    /// else from here.
    private mutating func tellOwner(of task: inout TakenTask, takenBy agent: AgentID, at node: NodeID) {
        let id = task.dispatch.task
        guard let owner = runs[id.workflow]?.owner, owner != node else { return }
        tell(.node(owner), .taken(id, attempt: task.dispatch.attempt, by: agent, at: task.takenAt))
        task.isOwnerTold = true
    }

    mutating func deregister(_ agent: AgentID, for node: NodeID, at now: Instant) -> Departures? {
        guard agents[agent] != nil else { return nil }
        depart(agent, .left, at: now)
        let calls = release(directedTo: agent, from: node, at: now)
        return Departures(holders: settle([agent], for: node, at: now), calls: calls)
    }

    mutating func removeLostAgents(for node: NodeID, at now: Instant) -> Departures {
        let ends = agents.filter { !$0.value.hasDeparted }.mapValues(\.endOfLife)
        let lost = ends.keysByTime(until: now, limit: DepartedAgent.agentsAtOnce)
        for agent in lost { depart(agent, .lost, at: now) }
        let calls = lost.flatMap { release(directedTo: $0, from: node, at: now) }
        var holders: [DepartedAgent] = []
        while true {
            let some = departed.keysByTime(limit: DepartedAgent.agentsAtOnce)
            holders += settle(some, for: node, at: now)
            // If all of these were forgotten, others may stand behind them.
            let isDone = some.count < DepartedAgent.agentsAtOnce || some.contains { departed[$0] != nil }
            if isDone { return Departures(lost: lost, holders: holders, calls: calls) }
        }
    }

    private mutating func depart(_ id: AgentID, _ status: AgentStatus, at now: Instant) {
        guard agents[id]?.hasDeparted == false else { return }
        agents[id]?.status = status
        agents[id]?.watched = [:]
        agents[id]?.guidance = [:]
        departed[id] = now
    }

    /// What each of them still holds; those that hold nothing are not told of again, and those that another node was
    /// told of not yet.
    private mutating func settle(_ agents: [AgentID], for node: NodeID, at now: Instant) -> [DepartedAgent] {
        var told: [DepartedAgent] = []
        var tasksLeft = DepartedAgent.tasksAtOnce
        for id in agents where tasksLeft > 0 {
            guard let record = self.agents[id] else { continue }
            if let due = departed[id], due > now, record.toldTo != node { continue }
            let held = record.registration.profile.types.flatMap(queueNames).flatMap { name -> [TakenTask] in
                guard let queue = queues[name] else { return [] }
                return queue.held(by: id).compactMap(queue.task)
            }
            if !held.isEmpty {
                let holds = held.prefix(tasksLeft).map {
                    DepartedAgent.Holding(task: $0.dispatch.task, attempt: $0.dispatch.attempt)
                }
                tasksLeft -= holds.count
                told.append(DepartedAgent(id: id, status: record.status, holds: holds))
                departed[id] = now + DepartedAgent.turn
                self.agents[id]?.toldTo = node
            } else if departed.removeValue(forKey: id) != nil {
                expiry[.agent(id)] = now + DepartedAgent.memory
            }
        }
        return told
    }
}
