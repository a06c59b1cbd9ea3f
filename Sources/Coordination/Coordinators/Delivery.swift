package import JSON
package import WorkflowCore

/// What the sender of an event is told once it counts.
package struct Delivery: Hashable, Sendable {
    package let outcome: Outcome
    /// With a refusal because of another answer: the result that was accepted.
    package let acceptedResult: JSONText?
    /// Of a question that was asked: its number within the workflow.
    package let escalation: Int?

    package init(outcome: Outcome, acceptedResult: JSONText? = nil, escalation: Int? = nil) {
        self.outcome = outcome
        self.acceptedResult = acceptedResult
        self.escalation = escalation
    }

    /// Of a letter that cannot be read.
    static let unreadable = Delivery(outcome: .refused(.unknownTask))
}

extension Delivery {
    /// Whether it is told only once a commit has proved that the workflow is still this node's: the one that took it
    /// over may have given the task, asked the person, or added the step, that nothing is known of here. What has ended
    /// stays so, and that can be told by anyone.
    var needsProof: Bool {
        switch outcome {
        case .refused(.notHeld), .refused(.attemptOver), .refused(.unknownEscalation), .refused(.invalidSteps),
            .refused(.claimed), .refused(.changedSince):
            true
        case .accepted, .duplicate, .refused: false
        }
    }
}

extension Workflow {
    /// Whether somebody answers a task that, as far as is known here, waits for an agent.
    private func isAnswerOfUnknown(_ event: StepEvent, to step: Int) -> Bool {
        guard steps.indices.contains(step), steps[step].status == .queued else { return false }
        switch event {
        case .completed(let attempt, _, _), .failed(let attempt, _, _), .asked(let attempt, _, _),
            .progressed(let attempt, _, _), .acknowledged(let attempt, _, _), .stalled(let attempt, _, _, _):
            return steps[step].attempt?.number == attempt
        case .taken, .heard, .guided, .agentGone: return false
        }
    }

    /// Whether a task may have been taken without its coordinator being told, as it is at another node: an agent
    /// answers that is not known to have it, or nobody seems to have taken it in all its time. Or whether an agent may
    /// have named a task that has to be heard of, which it does at any node.
    mutating func missesNews(of events: some Sequence<Event?>, at now: Instant) -> Bool {
        if isQueueTimeOver(at: now) || isSilenceOver(at: now) { return true }
        var told: [Int] = []
        for case .step(let step, let event)? in events {
            if case .taken = event { told.append(step) }
            if isAnswerOfUnknown(event, to: step), !told.contains(step) { return true }
        }
        return false
    }

    /// Applies an event and says what its sender is to be told.
    mutating func deliver(_ event: Event, at now: Instant) -> (delivery: Delivery, transition: Transition) {
        let transition = apply(event, at: now)
        var accepted: JSONText?
        if case .refused(.alreadyAnswered) = transition.outcome, case .step(let step, _) = event {
            accepted = results[step]
        }
        var escalation: Int?
        if case .step(let step, .asked(let attempt, _, _)) = event, steps.indices.contains(step) {
            escalation = steps[step].attempt(attempt)?.asked?.escalation
        }
        return (
            Delivery(outcome: transition.outcome, acceptedResult: accepted, escalation: escalation), transition
        )
    }
}
