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
            var (lane, wait) = (commit.lanes[dispatch.task.step], commit.waits[dispatch.task.step])
            // Whoever is gone, or goes, gets nothing more.
            if let agent = lane?.agent, agents[agent]?.status != .alive {
                lane = lane?.withoutAgent
                wait = nil
            }
            let queue = MemoryStore.QueuePlace.queue(of: dispatch.taskType, lane)
            let number = queues[queue, default: MemoryStore.AgentQueue()].add(entry)
            let place = MemoryStore.QueuePlace(queue: queue, entry: number)
            run.places[dispatch.task.step] = place
            if let lane { taskTypes[dispatch.taskType, default: MemoryStore.TaskTypeRecord()].enter(lane) }
            if let wait { taskTypes[dispatch.taskType]?.directed[place] = now + wait }
            let call = TaskCall(dispatch.taskType, for: lane?.audience ?? .pool)
            calls = callAgent(for: call, from: commit.node, at: now) || calls
        case .dequeue(let step):
            guard let place = run.places.removeValue(forKey: step) else { return }
            leaveQueue(place)
        case .saveResult(let step, let text): run.results[step] = text
        case .saveOutput(let text): run.output = text
        case .addStep(let step, let text): run.added[step] = text
        case .record: break
        case .guide(let step, let agent, let note):
            guide(agent, TaskID(workflow: commit.workflow, step: step), note, from: commit.node)
        case .forgetGuidance(let step, let agent, let numbers):
            let task = TaskID(workflow: commit.workflow, step: step)
            for number in numbers { agents[agent]?.guidance[MemoryStore.NotePlace(task: task, number: number)] = nil }
        case .openEscalation(let escalation):
            run.escalations[escalation.number] = MemoryStore.AskedQuestion(
                openedAt: escalation.openedAt, question: escalation.json(of: commit.workflow),
                name: escalation.workflowName, labels: escalation.labelsText,
                handled: escalation.handling == Handling() ? nil : escalation.handling.encoded)
        case .handleEscalation(_, let number, let handling, let comment):
            run.escalations[number]?.handle(handling, comment)
        case .closeEscalation(_, let number, let closed):
            run.escalations[number]?.resolution = closed.json
        }
    }
}

extension MemoryStore.AskedQuestion {
    mutating func handle(_ handling: Handling, _ comment: Handling.Comment?) {
        handled = handling.encoded
        if let comment { comments.append(comment.json) }
    }
}

extension Commit {
    fileprivate var events: [JSONText] {
        effects.compactMap { if case .record(let event) = $0 { event.json(of: workflow) } else { nil } }
    }
}
