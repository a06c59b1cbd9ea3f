/// What people do about open escalations before they are resolved.
extension Workflow {
    mutating func handle(_ number: Int, _ act: HandlingAct, at now: Instant) -> Outcome {
        guard number > 0, number <= escalationCount else { return .refused(.unknownEscalation) }
        guard let step = steps.firstIndex(where: { $0.escalation == number }) else {
            return .refused(.alreadyResolved)
        }
        var handling = steps[step].handling
        let outcome = handling.apply(act, at: now)
        guard outcome == .accepted else { return outcome }
        isDurable = true
        change(step, number, handling, comment: act.comment(at: now))
        var event = act.event(after: handling, at: now)
        (event.stepID, event.escalation) = (plan.steps[step].id, number)
        effects.append(.record(event))
        return .accepted
    }

    /// One of several people has decided.
    mutating func vote(_ resolution: Resolution, _ handling: Handling, _ number: Int, of step: Int, at now: Instant) {
        isDurable = true
        change(step, number, handling, comment: nil)
        record(.escalationVoted, at: now, step: step) { event in
            event.escalation = number
            event.action = resolution.action.name
            event.by = resolution.by
            event.reason = resolution.reason
        }
    }

    private mutating func change(_ step: Int, _ number: Int, _ handling: Handling, comment: Handling.Comment?) {
        update(step) { $0.handling = handling }
        effects.append(.handleEscalation(step: step, number: number, handling, comment: comment))
    }
}

extension HandlingAct {
    package func comment(at now: Instant) -> Handling.Comment? {
        if case .comment(let text) = kind { Handling.Comment(by: by, text: text, at: now) } else { nil }
    }

    /// What stands in the history of an act that was accepted.
    package func event(after handling: Handling, at now: Instant) -> HistoryEvent {
        let kind: HistoryEvent.Kind =
            switch self.kind {
            case .claim: .escalationClaimed
            case .release: .escalationReleased
            case .reassign: .escalationReassigned
            case .comment: .escalationCommented
            }
        var event = HistoryEvent(kind, at: now)
        event.by = by
        event.reason = reason
        switch self.kind {
        case .claim: event.until = handling.claim?.until
        case .reassign: event.assignee = handling.assignee
        case .comment(let text): event.reason = text
        case .release: break
        }
        return event
    }
}
