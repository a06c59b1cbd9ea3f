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
            operations.append(RedisArgument(dispatch.task), RedisArgument(dispatch.stepID))
            operations.append(RedisArgument(dispatch.attempt), RedisArgument(dispatch.timeout.wholeMilliseconds))
            operations.append(RedisArgument(dispatch.payload.bytes), RedisArgument(dispatch.answers?.bytes ?? []))
            operations.append(RedisArgument(commit.lanes[dispatch.task.step]?.description ?? ""))
        case .dequeue(let step): operations.append("dequeue", RedisArgument(step))
        case .saveResult(let step, let text):
            operations.append("result", RedisArgument(step), RedisArgument(text.bytes))
        case .saveOutput(let text): operations.append("output", RedisArgument(text.bytes))
        case .addStep(let step, let definition):
            operations.append("plan", RedisArgument(step), RedisArgument(definition.bytes))
        case .record: break
        case .openEscalation(let escalation):
            operations.append("ask", RedisArgument(EscalationID(workflow: workflow, number: escalation.number)))
            operations.append(RedisArgument(escalation.openedAt.milliseconds))
            operations.append(RedisArgument(escalation.json(of: workflow).bytes))
        case .closeEscalation(_, let number, let closed):
            operations.append("settle", RedisArgument(EscalationID(workflow: workflow, number: number)))
            operations.append(RedisArgument(closed.json.bytes))
        }
    }
}
