import JSON

/// What happens in the course of an attempt that takes long: reports, silence, and getting nowhere.
extension TaskStep {
    func progress(
        _ report: ProgressReport, _ step: Int, agent: AgentID, of workflow: inout Workflow, at now: Instant
    ) -> Outcome {
        let before = workflow.steps[step]
        let growth = report.partial.map { $0.bytes.count - (before.long.partial?.bytes.count ?? 0) } ?? 0
        guard before.payloadSize + growth <= workflow.roomForPayload(of: step) else {
            return .refused(.partialTooLong(limit: Workflow.maximumRenderedBytes))
        }
        workflow.update(step) { state in
            let usage = report.usage.isEmpty ? before.progress?.usage ?? [:] : report.usage
            state.progress = Progress(at: now, percent: report.percent, message: report.message, usage: usage)
            if let extend = report.extend { state.deadline = now + extend }
            if let partial = report.partial { state.long.partial = partial }
            state.payloadSize += growth
        }
        workflow.hear(step, at: now)
        // A moved deadline must hold for whoever takes this workflow over, and what was made must not be lost.
        if report.extend != nil || report.partial != nil { workflow.isDurable = true }
        let attempt = workflow.steps[step].attempt?.number
        workflow.record(.stepProgressed, at: now, step: step) { event in
            event.attempt = attempt
            event.agent = agent
            event.reason = report.message
        }
        judge(report, since: before, step, agent: agent, of: &workflow, at: now)
        return .accepted
    }

    // MARK: Silence

    func hear(
        _ attempt: Int, of agent: AgentID, at heard: Instant, asOf: Instant, _ step: Int, of workflow: inout Workflow,
        at now: Instant
    ) -> Outcome {
        let state = workflow.steps[step]
        guard state.status == .running, let current = state.attempt, current.number == attempt, current.agent == agent
        else { return .refused(.notHeld) }
        workflow.hear(step, at: heard)
        let long = workflow.steps[step].long
        guard let heartbeatTimeout, let silentAt = long.silentAt, silentAt <= asOf else { return .accepted }
        let message = "nothing was heard of it since \(long.heardAt ?? heard), for \(heartbeatTimeout.text)"
        let failure = AgentFailure(Failure(code: Failure.heartbeatTimeoutCode, message: message))
        endAttempt(step, failure, agent: agent, of: &workflow, at: now)
        return .accepted
    }

    // MARK: Getting nowhere

    private func judge(
        _ report: ProgressReport, since before: StepState, _ step: Int, agent: AgentID, of workflow: inout Workflow,
        at now: Instant
    ) {
        guard let stuck, var vigil = workflow.steps[step].long.vigil else { return }
        let hasOutput =
            report.percent != nil && report.percent != before.progress?.percent
            || report.partial != nil && report.partial != before.long.partial
        let reason = vigil.judge(report, hasOutput: hasOutput, by: stuck, at: now)
        workflow.update(step) { $0.long.vigil = vigil }
        if let reason { act(on: reason, step, agent: agent, of: &workflow, at: now) }
    }

    /// Heartbeats are counted where they are heard, and only told of when they are too many.
    func stall(
        _ heartbeats: Int, since: Instant, _ step: Int, agent: AgentID, of workflow: inout Workflow, at now: Instant
    ) {
        guard let limit = stuck?.afterHeartbeats, let vigil = workflow.steps[step].long.vigil else { return }
        // What was reported meanwhile is new whatever heartbeats say: as many as are too many have to come after that.
        let (all, last) = (now - since, now - max(since, vigil.since))
        guard last * heartbeats >= all * limit else { return }
        act(
            on: Vigil.sameFingerprint(heartbeats, since: since), step, agent: agent, of: &workflow, at: now)
    }

    private func act(
        on reason: String, _ step: Int, agent: AgentID, of workflow: inout Workflow, at now: Instant
    ) {
        let failure = AgentFailure(Failure(code: Failure.stuckCode, message: reason))
        switch stuck?.action {
        case .warn:
            // Once, until something new is reported.
            guard workflow.steps[step].long.vigil?.warning == nil else { return }
            workflow.isDurable = true
            workflow.update(step) { $0.long.vigil?.warning = reason }
            let attempt = workflow.steps[step].attempt?.number
            workflow.record(.stepStuck, at: now, step: step) { event in
                event.attempt = attempt
                event.agent = agent
                event.reason = reason
            }
        case .retry: endAttempt(step, failure, agent: agent, of: &workflow, at: now)
        case .escalate: endAttempt(step, failure, agent: agent, of: &workflow, at: now, isStuck: true)
        case nil: break
        }
    }
}
