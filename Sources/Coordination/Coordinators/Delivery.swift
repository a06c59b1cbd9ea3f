package import JSON
package import WorkflowCore

/// What the sender of an event is told once it counts.
package struct Delivery: Hashable, Sendable {
    package let outcome: Outcome
    /// With a refusal because of another answer: the result that was accepted.
    package let acceptedResult: JSONText?
}

extension Workflow {
    /// Applies an event and says what its sender is to be told.
    mutating func deliver(_ event: Event, at now: Instant) -> (delivery: Delivery, transition: Transition) {
        let transition = apply(event, at: now)
        var accepted: JSONText?
        if case .refused(.alreadyAnswered) = transition.outcome, case .step(let step, _) = event {
            accepted = results[step]
        }
        return (Delivery(outcome: transition.outcome, acceptedResult: accepted), transition)
    }
}
