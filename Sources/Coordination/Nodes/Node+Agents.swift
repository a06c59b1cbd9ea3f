package import JSON
package import Sockets
package import WorkflowCore

/// What agents do: register, say that they are alive, take tasks and answer them.
extension Node {
    package func register(
        name: String, _ profile: AgentProfile, slots: Int, on loop: EventLoop
    ) async throws(CoordinationError) -> AgentID {
        let agent = AgentRegistration(
            id: AgentID(token: random.token()), name: name, profile: profile, slots: slots,
            lifetime: options.agentLostAfter)
        try await ask(loop) { store throws(StoreError) in try await store.register(agent) }
        return agent.id
    }

    package func agent(_ id: AgentID, on loop: EventLoop) async throws(CoordinationError) -> RegisteredAgent {
        let found = try await ask(loop) { store throws(StoreError) in try await store.agent(id) }
        guard let found else { throw .unknownAgent(id) }
        return found
    }

    package func agents(_ page: PageRequest, on loop: EventLoop) async throws(CoordinationError) -> Page<
        RegisteredAgent
    > {
        try await ask(loop) { store throws(StoreError) in try await store.agents(page) }
    }

    package func deregister(_ agent: AgentID, on loop: EventLoop) async throws(CoordinationError) {
        let departed = try await ask(loop) { store throws(StoreError) in try await store.deregister(agent, at: id) }
        guard let departed else { throw .unknownAgent(agent) }
        await giveBack(departed)
    }

    /// A sign of life of an agent that wants nothing.
    package func heartbeat(
        of agent: AgentID, running: [TaskID], fingerprints: [TaskID: String] = [:], load: JSONText? = nil,
        on loop: EventLoop
    ) async throws(CoordinationError) -> Taken {
        let request = TakeRequest(
            agent: agent, wanted: 0, running: running, fingerprints: fingerprints, load: load)
        return try await takeOnce(request, on: loop)
    }

    /// What an operator wants of an agent from now on.
    package func conduct(
        _ agent: AgentID, _ conduct: AgentConduct, on loop: EventLoop
    ) async throws(CoordinationError) -> RegisteredAgent {
        switch try await ask(loop, { store throws(StoreError) in try await store.conduct(agent, conduct) }) {
        case .unknown: throw .unknownAgent(agent)
        case .gone: throw .agentGone(agent)
        case .done:
            // It may wait here, where no message may be heard.
            takes.announceStop(to: agent)
            return try await self.agent(agent, on: loop)
        }
    }

    /// A note to whoever works on the task.
    package func guide(_ task: TaskID, _ text: String, by: String) async throws(CoordinationError) -> Delivery {
        try await deliver(.step(task.step, .guided(text: text, by: by)), to: task.workflow)
    }

    /// Gives tasks as soon as there are some, or tells that one is to be stopped; at the latest after `duration`.
    package func take(
        _ request: TakeRequest, within duration: Duration, on loop: EventLoop
    ) async throws(CoordinationError) -> Taken {
        let end = loop.now + duration
        var request = request
        // What this agent was woken for, and nobody else.
        var errand: TaskCall?
        var status: AgentStatus?
        while true {
            let mark = takes.mark()
            request.waits = end > loop.now && request.wanted > 0
            let taken: Taken
            do throws(CoordinationError) {
                taken = try await takeOnce(request, on: loop)
            } catch {
                if let errand { takes.announce(errand) }
                throw error
            }
            if let errand, taken.leaves(errand) { takes.announce(errand) }
            let left = end - loop.now
            let isToldOtherwise = status.map { $0 != taken.status } ?? false
            status = taken.status
            let hasNews = taken.isNews || isToldOtherwise || request.wanted == 0
            if hasNews || left <= .zero || takes.isClosed || Task.isCancelled { return taken }
            // Waiting is a sign of life that has to be renewed.
            // Whoever has no slot free waits to hear of one, which its answer at another node does not tell here; a
            // task that woke it would wake nobody else.
            let wait = min(left, taken.isFull ? Self.longestWaitForSlot : options.agentHeartbeat)
            errand = await takes.wait(
                request.agent, for: taken.open, with: taken.traits, isFull: taken.isFull, since: mark, atMost: wait,
                on: loop)
            if takes.isClosed || Task.isCancelled {
                if let errand { takes.announce(errand) }
                return taken
            }
        }
    }

    private static let longestWaitForSlot = Duration.seconds(1)

    private func takeOnce(_ request: TakeRequest, on loop: EventLoop) async throws(CoordinationError) -> Taken {
        var request = request
        if isStopping { request.wanted = 0 }
        let wish = request
        let outcome = try await ask(loop) { store throws(StoreError) in try await store.take(wish, at: id) }
        switch outcome {
        case .unknown: throw .unknownAgent(request.agent)
        case .gone: throw .agentGone(request.agent)
        case .alive(let taken):
            metrics.tookTasks(taken.tasks.count)
            for recall in taken.recalls {
                takes.recall(recall.call, after: clock.wait(until: recall.at, at: loop.now), on: loop)
            }
            for task in taken.tasks where !task.isOwnerTold { await tell(task, takenBy: request.agent) }
            for stalled in taken.stalled { await tell(stalled, by: request.agent) }
            return taken
        }
    }

    /// Starts the clock of the work. The queue's pending list says the same, for a coordinator that is not at hand or
    /// at another node.
    private func tell(_ task: TakenTask, takenBy agent: AgentID) async {
        let id = task.dispatch.task
        let event = StepEvent.taken(attempt: task.dispatch.attempt, by: agent, at: task.takenAt)
        await host(of: id.workflow).post(.step(id.step, event), to: id.workflow)
    }

    private func tell(_ stalled: StalledTask, by agent: AgentID) async {
        let event = StepEvent.stalled(
            attempt: stalled.attempt, by: agent, heartbeats: stalled.heartbeats, since: stalled.since)
        await host(of: stalled.task.workflow).post(.step(stalled.task.step, event), to: stalled.task.workflow)
    }

    /// What an agent says of its task; the first accepted result is the task's.
    package func answer(_ task: TaskID, _ event: StepEvent) async throws(CoordinationError) -> Delivery {
        try await deliver(.step(task.step, event), to: task.workflow)
    }

    /// Ends the attempts of agents that have gone, and calls others for what was directed to them.
    func giveBack(_ departures: Departures) async {
        for call in departures.calls { takes.announce(call) }
        await withDiscardingTaskGroup { group in
            for agent in departures.holders {
                let reason = agent.status == .left ? "the agent has left" : "the agent was not heard of in time"
                for holding in agent.holds {
                    let event = StepEvent.agentGone(attempt: holding.attempt, agent.id, reason: reason)
                    let host = host(of: holding.task.workflow)
                    group.addTask(executorPreference: host.loop) {
                        await host.post(.step(holding.task.step, event), to: holding.task.workflow)
                    }
                }
            }
        }
    }
}

extension Taken {
    /// Whether the agent is not to wait for something else.
    fileprivate var isNews: Bool { !tasks.isEmpty || !stop.isEmpty || !guidance.isEmpty }

    /// Whether a task for which the agent was woken may still be on its queue. It is not if the agent got one like it,
    /// or nothing although it may take: then another was faster.
    fileprivate func leaves(_ call: TaskCall) -> Bool {
        if tasks.contains(where: { $0.dispatch.taskType == call.type && $0.audience == call.audience }) { return false }
        return status != .alive || !open.contains(call.type) || !tasks.isEmpty
    }
}
