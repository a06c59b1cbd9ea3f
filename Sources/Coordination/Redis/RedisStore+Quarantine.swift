import JSON
import RedisStreams
import WorkflowCore

/// Workflows that nobody can go on with.
extension RedisStore {
    package func quarantine(_ quarantine: Quarantine) async throws(StoreError) -> QuarantineOutcome {
        let arguments: RedisArguments = [
            RedisArgument(quarantine.workflow), RedisArgument(quarantine.node), RedisArgument(quarantine.reason.bytes),
            RedisArgument(quarantine.escalation), RedisArgument(quarantine.at.milliseconds),
            RedisArgument(quarantine.question.bytes), RedisArgument(quarantine.event.bytes),
        ]
        let reply = try await run(Scripts.quarantine, arguments)
        switch reply.string {
        case "quarantined": return .quarantined
        case "fenced": return .fenced
        case "ended": return .ended
        default: throw .unexpected(reply, of: "a quarantine")
        }
    }

    package func decide(_ decision: QuarantineDecision) async throws(StoreError) -> DecisionOutcome {
        var arguments: RedisArguments = [
            RedisArgument(decision.workflow), RedisArgument(decision.node), RedisArgument(decision.escalation),
            RedisArgument(decision.resolution.bytes), RedisArgument(decision.at.milliseconds),
        ]
        if let forgetAt = decision.forgetAt {
            arguments += [
                RedisArgument(forgetAt.milliseconds), RedisArgument(decision.failureText.bytes),
                RedisArgument(decision.cancellation.bytes),
            ]
        } else {
            arguments += ["", "", ""]
        }
        arguments.append(RedisArgument(decision.handled?.bytes ?? []))
        for event in decision.events { arguments.append(RedisArgument(event.bytes)) }
        let reply = try await run(Scripts.decide, arguments)
        switch reply.string {
        case "done": return .done
        case "before": return .decidedBefore
        case "changed": return .changed
        case "unknown": return .unknown
        default: throw .unexpected(reply, of: "a decision")
        }
    }

    package func handle(_ change: HandlingChange) async throws(StoreError) -> HandlingOutcome {
        let handling = change.handling
        let arguments: RedisArguments = [
            RedisArgument(change.escalation.workflow), RedisArgument(change.escalation),
            RedisArgument(change.former?.bytes ?? []), RedisArgument(handling.encoded.bytes),
            RedisArgument(handling.tier), RedisArgument(handling.assignee ?? ""),
            RedisArgument(change.comment?.json.bytes ?? []), RedisArgument(change.event.bytes),
        ]
        let reply = try await run(Scripts.handle, arguments)
        switch reply.string {
        case "done": return .done
        case "changed": return .changed
        case "resolved": return .resolved
        case "unknown": return .unknown
        default: throw .unexpected(reply, of: "a handling")
        }
    }
}
