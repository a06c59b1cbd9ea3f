/// How a run that ended without success goes on.
extension Workflow {
    /// Begins the steps anew that failed or were cancelled, and keeps what the others gave; `nil`, and nothing is
    /// changed, if the run has not ended so.
    ///
    /// Attempts are counted on, so that what an agent still sends of an old one is known as that. The deadline of the
    /// run is counted from here.
    package mutating func retry(by: String?, reason: String?, at now: Instant) -> Transition? {
        guard status == .failed || status == .cancelled else { return nil }
        status = .running
        (endedAt, failure, isDurable) = (nil, nil, true)
        begin(at: now)
        let unfinished = steps.indices.filter { steps[$0].status == .failed || steps[$0].status == .cancelled }
        for step in unfinished {
            update(step) { state in
                state.status = .pending
                (state.failure, state.endedAt, state.attemptsAllowed) = (nil, nil, 0)
            }
        }
        unmetDependencies = plan.steps.map { step in step.after.count { !steps[$0].status.isEnded } }
        record(.workflowRetried, at: now) { event in
            event.by = by
            event.reason = reason
        }
        startReady(unfinished.filter { unmetDependencies[$0] == 0 }, at: now)
        return finishTransition(.accepted, at: now)
    }
}
