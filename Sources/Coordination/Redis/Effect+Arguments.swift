import JSON
import RedisStreams
import WorkflowCore

/// The one place where effects become operations on Redis: the words that transition.lua performs.
extension Commit {
    var operations: [RedisArgument] {
        var operations: [RedisArgument] = []
        operations.reserveCapacity(3 * steps.count + 4 * effects.count)
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
}

extension Effect {
    fileprivate func append(to operations: inout [RedisArgument], of workflow: WorkflowID) {
        switch self {
        case .enqueue(let dispatch):
            operations += [
                "enqueue", RedisArgument(dispatch.task.step), RedisArgument(dispatch.taskType),
                RedisArgument(dispatch.task), RedisArgument(dispatch.stepID), RedisArgument(dispatch.attempt),
                RedisArgument(dispatch.timeout.wholeMilliseconds), RedisArgument(dispatch.payload.bytes),
                RedisArgument(dispatch.answers?.bytes ?? []),
            ]
        case .dequeue(let step): operations += ["dequeue", RedisArgument(step)]
        case .saveResult(let step, let text):
            operations += ["result", RedisArgument(step), RedisArgument(text.bytes)]
        case .saveOutput(let text): operations += ["output", RedisArgument(text.bytes)]
        case .addStep(let step, let definition):
            operations += ["plan", RedisArgument(step), RedisArgument(definition.bytes)]
        case .record(let event): operations += ["record", RedisArgument(event.json(of: workflow).bytes)]
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
