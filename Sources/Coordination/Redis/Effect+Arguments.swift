import JSON
import RedisStreams
import WorkflowCore

/// The one place where effects become operations on Redis: the words that transition.lua performs.
extension Commit {
    var operations: [RedisArgument] {
        var operations: [RedisArgument] = []
        operations.reserveCapacity(3 * steps.count + 4 * effects.count)
        // First: a full Redis refuses what adds to it, and only as long as a script has changed nothing.
        if let events { operations += ["record", RedisArgument(events.bytes)] }
        for (step, state) in steps { operations += ["state", RedisArgument(step), RedisArgument(state.bytes)] }
        for effect in effects { effect.append(to: &operations, of: workflow) }
        for agent in stops { operations += ["stop", RedisArgument(agent)] }
        for letter in letters {
            operations += ["read", RedisArgument(letter.place)]
            guard let reply = letter.reply else { continue }
            operations += [
                "reply", RedisArgument(reply.node), RedisArgument(reply.number),
                RedisArgument(letter.delivery.json.bytes),
            ]
        }
        return operations
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
    fileprivate func append(to operations: inout [RedisArgument], of workflow: WorkflowID) {
        switch self {
        case .enqueue(let dispatch):
            operations += [
                "enqueue", RedisArgument(dispatch.task.step), RedisArgument(dispatch.taskType),
                RedisArgument(dispatch.task), RedisArgument(dispatch.stepID), RedisArgument(dispatch.attempt),
                RedisArgument(dispatch.timeout.wholeMilliseconds), RedisArgument(dispatch.payload.bytes),
            ]
        case .dequeue(let step): operations += ["dequeue", RedisArgument(step)]
        case .saveResult(let step, let text):
            operations += ["result", RedisArgument(step), RedisArgument(text.bytes)]
        case .saveOutput(let text): operations += ["output", RedisArgument(text.bytes)]
        case .record: break
        case .openEscalation(let escalation):
            operations += [
                "ask", RedisArgument(EscalationID(workflow: workflow, number: escalation.number)),
                RedisArgument(escalation.openedAt.milliseconds), RedisArgument(escalation.json(of: workflow).bytes),
            ]
        case .closeEscalation(_, let number, let closed):
            operations += [
                "settle", RedisArgument(EscalationID(workflow: workflow, number: number)),
                RedisArgument(closed.json.bytes),
            ]
        }
    }
}
