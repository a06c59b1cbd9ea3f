import JSON
import RedisStreams
import WorkflowCore

/// The one place where effects become operations on Redis: the words that transition.lua performs.
extension Commit {
    func appendOperations(to operations: inout RedisArguments) {
        // First: a full Redis refuses what adds to it, and only as long as a script has changed nothing.
        if let events { operations.append("record", RedisArgument(events.bytes)) }
        for (step, state) in steps { operations.append("state", RedisArgument(step), RedisArgument(state.bytes)) }
        for type in newTypes { operations.append("type", RedisArgument(type)) }
        for effect in effects { effect.append(to: &operations, of: self) }
        for agent in stops { operations.append("stop", RedisArgument(agent)) }
        for letter in letters {
            operations.append("read", RedisArgument(letter.place))
            switch letter.reply {
            case .node(let node, let number):
                operations.append("reply", RedisArgument(node), RedisArgument(number))
                operations.append(RedisArgument(letter.delivery.json.bytes))
            case .agent(let receipt):
                operations.append("reply", RedisArgument(receipt.agent), RedisArgument(receipt.attempt))
                operations.append(RedisArgument(receipt.verdict(letter.delivery, in: workflow).bytes))
            case nil: break
            }
        }
    }

    var stepsLeavingQueues: [Int] {
        effects.compactMap { if case .dequeue(let step) = $0 { step } else { nil } }
    }

    /// Its events as one array: an entry of the stream for each would cost Redis twice as many commands.
    private var events: JSONText? {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.beginArray()
        for case .record(let event) in effects { event.write(to: &writer, of: workflow) }
        // Nothing but what was opened.
        guard writer.bytes.count > 1 else { return nil }
        writer.endArray()
        return writer.text
    }
}

extension Effect {
    fileprivate func append(to operations: inout RedisArguments, of commit: Commit) {
        let workflow = commit.workflow
        switch self {
        case .enqueue(let dispatch):
            operations.append("enqueue", RedisArgument(dispatch.task.step), RedisArgument(dispatch.taskType))
            let (lane, wait) = (commit.lanes[dispatch.task.step], commit.waits[dispatch.task.step])
            operations.append(RedisArgument(lane?.description ?? ""))
            operations.append(RedisArgument(wait.map { String($0.wholeMilliseconds) } ?? ""))
            dispatch.appendEntry(to: &operations)
        case .dequeue(let step): operations.append("dequeue", RedisArgument(step))
        case .saveResult(let step, let text):
            operations.append("result", RedisArgument(step), RedisArgument(text.bytes))
        case .saveOutput(let text): operations.append("output", RedisArgument(text.bytes))
        case .addStep(let step, let definition):
            operations.append("plan", RedisArgument(step), RedisArgument(definition.bytes))
        case .record(let event):
            guard Webhook.allEvents.contains(event.kind) else { return }
            operations.append("notify", RedisArgument(event.kind.rawValue))
            operations.append(RedisArgument(event.json(of: workflow).bytes))
        case .guide(let step, let agent, let note):
            operations.append("guide", RedisArgument(agent), RedisArgument(TaskID(workflow: workflow, step: step)))
            operations.append(RedisArgument(note.number), RedisArgument(note.json.bytes))
        case .forgetGuidance(let step, let agent, let numbers):
            for number in numbers {
                operations.append("forget", RedisArgument(agent))
                operations.append(RedisArgument(TaskID(workflow: workflow, step: step)), RedisArgument(number))
            }
        case .openEscalation(let escalation):
            operations.append("ask", RedisArgument(EscalationID(workflow: workflow, number: escalation.number)))
            operations.append(RedisArgument(escalation.openedAt.milliseconds))
            operations.append(RedisArgument(escalation.json(of: workflow).bytes))
            operations.append(RedisArgument(escalation.cause.kind.rawValue), RedisArgument(escalation.workflowName))
            operations.append(RedisArgument(escalation.labelsText.bytes))
            operations.append(RedisArgument(escalation.handling.assignee ?? ""))
            let handling = escalation.handling == Handling() ? [] : escalation.handling.encoded.bytes
            operations.append(RedisArgument(handling))
        case .handleEscalation(_, let number, let handling, let comment):
            operations.append("handle", RedisArgument(EscalationID(workflow: workflow, number: number)))
            operations.append(RedisArgument(handling.encoded.bytes), RedisArgument(handling.tier))
            operations.append(RedisArgument(handling.assignee ?? ""), RedisArgument(comment?.json.bytes ?? []))
        case .closeEscalation(_, let number, let closed):
            operations.append("settle", RedisArgument(EscalationID(workflow: workflow, number: number)))
            operations.append(RedisArgument(closed.json.bytes))
        }
    }
}

extension TaskDispatch {
    /// The fields of its entry on the queue and their values, behind their number; few have all of them.
    fileprivate func appendEntry(to operations: inout RedisArguments) {
        let numbers = (heartbeatTimeout == nil ? 0 : 1) + (stuckAfter == nil ? 0 : 1)
        let values = 10 + 2 * (rare.count + numbers)
        operations.append(RedisArgument(values))
        operations.append("task", RedisArgument(task))
        operations.append("step", RedisArgument(stepID))
        operations.append("attempt", RedisArgument(attempt))
        operations.append("timeout", RedisArgument(timeout.wholeMilliseconds))
        operations.append("payload", RedisArgument(payload.bytes))
        for (name, text) in rare { operations.append(name, RedisArgument(text.bytes)) }
        if let heartbeatTimeout { operations.append("heartbeat", RedisArgument(heartbeatTimeout.wholeMilliseconds)) }
        if let stuckAfter { operations.append("stuck", RedisArgument(stuckAfter)) }
    }

    private var rare: [(name: RedisArgument, text: JSONText)] {
        var texts: [(RedisArgument, JSONText)] = []
        if let answers { texts.append(("answers", answers)) }
        if let partial { texts.append(("partial", partial)) }
        return texts
    }
}
