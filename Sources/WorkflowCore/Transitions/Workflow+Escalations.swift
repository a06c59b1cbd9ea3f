import JSON

/// Questions to humans: opened when a step is exhausted, closed once.
extension Workflow {
    mutating func escalate(_ step: Int, _ failure: Failure, hasPayload: Bool, at now: Instant) {
        leaveQueue(step)
        escalationCount += 1
        let number = escalationCount
        update(step) { state in
            state.status = .escalated
            state.deadline = nil
            state.escalation = number
            state.failure = failure
        }
        let behavior = hasPayload ? plan.steps[step].behavior as? TaskStep : nil
        let payload = behavior.flatMap { try? $0.payload(for: step, of: &self) }
        update(step) { $0.payloadSize = payload?.bytes.count ?? 0 }
        effects.append(
            .openEscalation(
                Escalation(
                    number: number, step: step, stepID: plan.steps[step].id, openedAt: now, failure: failure,
                    attempts: steps[step].attempts, payload: payload)))
        record(.escalationOpened, at: now, step: step) { event in
            event.escalation = number
            event.failure = failure
        }
    }

    /// Closes the step's open escalation, if it has one.
    mutating func closeEscalation(of step: Int, action: String, by: String?, reason: String?, at now: Instant) {
        guard let number = steps[step].escalation else { return }
        update(step) { $0.escalation = nil }
        let closed = ClosedEscalation(action: action, by: by, reason: reason, at: now)
        effects.append(.closeEscalation(step: step, number: number, closed))
        record(.escalationResolved, at: now, step: step) { event in
            event.escalation = number
            event.action = action
            event.by = by
            event.reason = reason
        }
    }

    mutating func resolve(_ number: Int, with resolution: Resolution, at now: Instant) -> Outcome {
        guard number > 0, number <= escalationCount else { return .refused(.unknownEscalation) }
        guard let step = steps.firstIndex(where: { $0.escalation == number }) else {
            return .refused(.alreadyResolved)
        }
        isDurable = true
        let (by, reason) = (resolution.by, resolution.reason)
        closeEscalation(of: step, action: resolution.action.name, by: by, reason: reason, at: now)
        switch resolution.action {
        case .retry(let payload):
            update(step) { state in
                state.status = .pending
                state.failure = nil
                state.attemptsAllowed = 0
                if let payload { state.replacedPayload = payload }
            }
            plan.steps[step].behavior.start(step, of: &self, at: now)
        case .complete(let result):
            complete(step, result: result, attempt: nil, agent: nil, by: by, at: now)
        case .skip:
            skip(step, failure: steps[step].failure, reason: "skipped by \(by)", at: now)
        case .fail:
            fail(step, Failure.byResolution(by: by, reason: reason), at: now)
        }
        return .accepted
    }
}
