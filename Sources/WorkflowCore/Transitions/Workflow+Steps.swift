import HeapModule
import JMESPath
import JSON

/// The moves of a step that every kind shares. Each keeps the counters, the history and the changed set in line.
extension Workflow {
    /// Changes a step's state, and notes that it has to be stored.
    mutating func update(_ step: Int, _ change: (inout StepState) -> Void) {
        // Not the whole state, of which the change would then have to copy the attempts.
        let (before, deadlineBefore) = (steps[step].status, steps[step].deadline)
        openPayloads -= steps[step].payloadSize
        change(&steps[step])
        let after = steps[step].status
        if after.isEnded {
            steps[step].payloadSize = 0
            if steps[step].hasLongWork { steps[step].long.end(completed: after == .completed) }
        }
        openPayloads += steps[step].payloadSize
        activeSteps += (after.isActive ? 1 : 0) - (before.isActive ? 1 : 0)
        escalatedSteps += (after == .escalated ? 1 : 0) - (before == .escalated ? 1 : 0)
        unendedSteps += (before.isEnded ? 1 : 0) - (after.isEnded ? 1 : 0)
        if let deadline = steps[step].deadline, deadline != deadlineBefore {
            deadlines.insert(Deadline(at: deadline, step: step))
            forgetDeadlinesPassedOver()
        }
        if changedSteps.last != step { changedSteps.append(step) }
    }

    /// Starts steps whose dependencies have all ended, or skips those whose `when` does not hold, and whatever may
    /// start because of that, in the plan's order. A worklist, not recursion: a step that ends while it starts adds
    /// what comes after it to the list being worked on, and a chain of such steps may be as long as the plan.
    mutating func startReady(_ steps: [Int], at now: Instant) {
        ready += steps
        guard !isStarting else { return }
        isStarting = true
        while readyIndex < ready.count {
            let step = ready[readyIndex]
            readyIndex += 1
            guard !status.isTerminal, self.steps[step].status == .pending else { continue }
            do {
                if try holds(step) {
                    plan.steps[step].behavior.start(step, of: &self, at: now)
                } else {
                    markSkipped(step, reason: "'when' does not hold", at: now)
                    ready += unblock(after: step)
                }
            } catch {
                exhaust(step, Failure(code: Failure.expressionCode, message: "'when': \(error)"), at: now)
            }
        }
        ready = []
        readyIndex = 0
        isStarting = false
    }

    private mutating func holds(_ step: Int) throws(JMESPathError) -> Bool {
        guard let when = plan.steps[step].when else { return true }
        return try Scope.with(&self) { scope throws(JMESPathError) in try scope.value(of: when).isTruthy }
    }

    /// The steps that nothing holds back any more, now that `step` has ended.
    private mutating func unblock(after step: Int) -> [Int] {
        var ready: [Int] = []
        for dependent in plan.dependents[step] {
            unmetDependencies[dependent] -= 1
            if unmetDependencies[dependent] == 0 { ready.append(dependent) }
        }
        return ready
    }

    /// Ends a step well, and starts what comes after it.
    mutating func complete(_ step: Int, result: JSONText, attempt: Int?, agent: AgentID?, by: String?, at now: Instant)
    {
        leaveQueue(step)
        results[step] = result
        effects.append(.saveResult(step: step, result))
        update(step) { state in
            if let attempt, attempt == state.attempt?.number { state.attempts[state.attempts.count - 1].endedAt = now }
            state.status = .completed
            state.acceptedAttempt = attempt
            state.endedAt = now
            state.deadline = nil
            state.failure = nil
            state.progress = nil
        }
        record(.stepCompleted, at: now, step: step) { event in
            event.attempt = attempt
            event.agent = agent
            event.by = by
        }
        startReady(unblock(after: step), at: now)
    }

    /// Ends a step without a result, and starts what comes after it.
    mutating func skip(_ step: Int, failure: Failure?, reason: String, at now: Instant) {
        leaveQueue(step)
        update(step) { $0.failure = failure }
        markSkipped(step, reason: reason, at: now)
        startReady(unblock(after: step), at: now)
    }

    private mutating func markSkipped(_ step: Int, reason: String, at now: Instant) {
        update(step) { state in
            state.status = .skipped
            state.endedAt = now
            state.deadline = nil
        }
        isDurable = true
        record(.stepSkipped, at: now, step: step) { $0.reason = reason }
    }

    /// Fails a step, and with it the workflow.
    mutating func fail(_ step: Int, _ failure: Failure, at now: Instant) {
        leaveQueue(step)
        update(step) { state in
            state.status = .failed
            state.endedAt = now
            state.deadline = nil
            state.failure = failure
        }
        record(.stepFailed, at: now, step: step) { $0.failure = failure }
        end(.failed, failure: self.failure(of: step, failure), at: now)
    }

    /// A step's failure as the workflow's.
    func failure(of step: Int, _ failure: Failure) -> Failure {
        Failure(code: failure.code, message: "step '\(plan.steps[step].id)' failed: \(failure.message)")
    }

    /// The step's attempts are used up: what happens now is the policy's to say. `hasPayload` is false if there is none
    /// that could be shown.
    mutating func exhaust(
        _ step: Int, _ failure: Failure, policy: ExhaustionPolicy = .escalate, hasPayload: Bool = true, at now: Instant
    ) {
        isDurable = true
        switch policy {
        case .escalate: escalate(step, failure, hasPayload: hasPayload, at: now)
        case .fail: fail(step, failure, at: now)
        case .skip: skip(step, failure: failure, reason: "out of attempts: \(failure.message)", at: now)
        }
    }

    /// Takes the step's entry off its queue, if it has one.
    mutating func leaveQueue(_ step: Int) {
        isDurable = true
        if steps[step].isOnQueue { effects.append(.dequeue(step: step)) }
    }

    mutating func record(
        _ kind: HistoryEvent.Kind, at now: Instant, step: Int? = nil, _ fill: (inout HistoryEvent) -> Void = { _ in }
    ) {
        var event = HistoryEvent(kind, at: now, stepID: step.map { plan.steps[$0].id })
        fill(&event)
        effects.append(.record(event))
    }
}
