import JSON
import WorkflowCore

/// What transition.lua does.
extension MemoryStore.State {
    /// Gives whether it is the owner's to call agents of its own for new tasks.
    mutating func perform(_ commit: Commit, on run: inout MemoryStore.Run, at now: Instant) -> Bool {
        for (step, state) in commit.steps { run.steps[step] = state }
        for type in commit.newTypes { list(type) }
        var calls = false
        for effect in commit.effects { perform(effect, of: commit, on: &run, at: now, &calls) }
        record(commit.events, of: commit.workflow, on: &run, at: now)
        for agent in commit.stops { tellAgent(agent, toStopAtOtherNodeThan: commit.node) }
        takeIn(commit, on: &run)
        guard let forgetAt = commit.forgetAt else { return calls }
        retireMail(of: commit.workflow, on: &run)
        disown(commit.workflow, commit.node)
        expiry[.workflow(commit.workflow)] = forgetAt
        return calls
    }

    private mutating func perform(
        _ effect: Effect, of commit: Commit, on run: inout MemoryStore.Run, at now: Instant, _ calls: inout Bool
    ) {
        switch effect {
        case .enqueue(let dispatch):
            let entry = MemoryStore.AgentQueue.Entry(
                dispatch: dispatch, traceparent: commit.traceparent, queuedAt: now)
            let lane = commit.lanes[dispatch.task.step]
            let queue = MemoryStore.QueuePlace.queue(of: dispatch.taskType, lane)
            let number = queues[queue, default: MemoryStore.AgentQueue()].add(entry)
            run.places[dispatch.task.step] = MemoryStore.QueuePlace(queue: queue, entry: number)
            if let lane { taskTypes[dispatch.taskType, default: MemoryStore.TaskTypeRecord()].enter(lane) }
            calls = callAgent(for: dispatch.taskType, from: commit.node, at: now) || calls
        case .dequeue(let step):
            guard let place = run.places.removeValue(forKey: step) else { return }
            leaveQueue(place)
        case .saveResult(let step, let text): run.results[step] = text
        case .saveOutput(let text): run.output = text
        case .addStep(let step, let text): run.added[step] = text
        case .record: break
        case .openEscalation(let escalation):
            run.escalations[escalation.number] = MemoryStore.AskedQuestion(
                openedAt: escalation.openedAt, question: escalation.json(of: commit.workflow))
        case .closeEscalation(_, let number, let closed):
            run.escalations[number]?.resolution = closed.json
        }
    }
}

extension Commit {
    fileprivate var events: [JSONText] {
        effects.compactMap { if case .record(let event) = $0 { event.json(of: workflow) } else { nil } }
    }
}
