import JSON

/// A step that one agent does: its task goes on an agent queue, is timed, tried again, and escalated when the
/// attempts run out.
package struct TaskStep: StepBehavior {
    package static let key = "task_type"

    private let type: String
    private let template: Template?
    private let timeout: Duration
    private let queueTimeout: Duration
    private let retry: RetryPolicy
    private let onExhausted: ExhaustionPolicy
    package let heartbeatTimeout: Duration?
    let stuck: StuckPolicy?
    package let requires: Constraints
    private let dispatch: DispatchRule?
    let escalation: EscalationRules

    package static let defaultTimeout = Duration.seconds(300)
    package static let defaultQueueTimeout = Duration.seconds(3600)

    package var taskType: String? { type }
    package var expressions: [LocatedExpression] { template?.expressions ?? [] }

    package init(reading fields: inout StepFields) {
        let limit = fields.limits.identifierLength
        type = fields.reader.required(identifier: Self.key, limit: limit, problems: &fields.problems) ?? ""
        template = fields.reader.optional("payload").map {
            Template($0, at: "\(fields.pointer)/payload", problems: &fields.problems)
        }
        timeout = fields.positiveDuration("timeout") ?? Self.defaultTimeout
        queueTimeout = fields.positiveDuration("queue_timeout") ?? Self.defaultQueueTimeout
        retry = RetryPolicy(reading: &fields)
        onExhausted =
            fields.reader.optional(enumerated: "on_exhausted", as: ExhaustionPolicy.self, problems: &fields.problems)
            ?? .escalate
        heartbeatTimeout = fields.positiveDuration("heartbeat_timeout")
        stuck = StuckPolicy(reading: &fields)
        requires =
            fields.reader.optional("requires").map {
                Constraints(
                    $0, at: "\(fields.pointer)/requires", atMost: Constraints.maximumRequiredTerms,
                    problems: &fields.problems)
            } ?? Constraints()
        dispatch = fields.reader.optional("dispatch").flatMap {
            DispatchRule($0, at: "\(fields.pointer)/dispatch", problems: &fields.problems)
        }
        escalation = EscalationRules(reading: &fields)
    }

    // MARK: Starting attempts

    package func start(_ step: Int, of workflow: inout Workflow, at now: Instant) {
        let attempts = workflow.steps[step].attempts.count
        workflow.update(step) { $0.attemptsAllowed = attempts + retry.maximumAttempts }
        enqueue(step, of: &workflow, at: now)
    }

    /// The attempt that asked has not failed: there is one more.
    package func goOn(_ step: Int, of workflow: inout Workflow, at now: Instant) {
        workflow.update(step) { $0.attemptsAllowed += 1 }
        enqueue(step, of: &workflow, at: now)
    }

    private func enqueue(_ step: Int, of workflow: inout Workflow, at now: Instant) {
        workflow.isDurable = true
        let payload: JSONText
        let (answers, partial) = (workflow.answers(to: step), workflow.steps[step].long.partial)
        let others = (answers?.bytes.count ?? 0) + (partial?.bytes.count ?? 0)
        do {
            payload = try self.payload(for: step, of: &workflow, beside: others)
        } catch {
            let reason =
                switch error {
                case .expression(let error): "\(error)"
                case .tooLong:
                    "with it the payloads of this workflow's open tasks would have more than "
                        + Workflow.maximumRenderedText
                }
            let failure = Failure(code: Failure.expressionCode, message: "'payload': \(reason)")
            workflow.exhaust(step, failure, policy: onExhausted, hasPayload: false, at: now)
            return
        }
        let number = (workflow.steps[step].attempt?.number ?? 0) + 1
        workflow.update(step) { state in
            state.status = .queued
            state.attempts.append(Attempt(number: number, queuedAt: now))
            state.deadline = now + queueTimeout
            state.progress = nil
            state.payloadSize = payload.bytes.count + others
        }
        var task = TaskDispatch(
            task: TaskID(workflow: workflow.id, step: step), stepID: workflow.plan.steps[step].id, taskType: type,
            attempt: number, payload: payload, timeout: timeout, answers: answers)
        task.partial = partial
        task.heartbeatTimeout = heartbeatTimeout
        task.stuckAfter = stuck?.afterHeartbeats
        task.requires = requires
        task.rule = dispatch
        workflow.effects.append(.enqueue(task))
        workflow.record(.stepQueued, at: now, step: step) { $0.attempt = number }
    }

    /// What an agent gets: a human's replacement, the plan's payload, or, where the plan has none, the workflow's
    /// input and the results of the steps that this one directly comes after. `others` is what else is to be given.
    func payload(
        for step: Int, of workflow: inout Workflow, beside others: Int = 0
    ) throws(RenderingError) -> JSONText {
        let limit = workflow.roomForPayload(of: step) - others
        if let replaced = workflow.steps[step].replacedPayload { return try replaced.within(limit) }
        if let template {
            return try Scope.with(&workflow) { scope throws(RenderingError) in
                try template.render(in: &scope, limit: limit)
            }
        }
        guard workflow.input.bytes.count <= limit else { throw .tooLong }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("input")
        writer.raw(workflow.input)
        writer.name("results")
        writer.beginObject()
        try writer.results(of: workflow.plan.steps[step].after, workflow, limit)
        writer.endObject()
        writer.endObject()
        return try writer.text.within(limit)
    }

    // MARK: Events

    package func apply(_ event: StepEvent, to step: Int, of workflow: inout Workflow, at now: Instant) -> Outcome {
        switch event {
        case .taken(let attempt, let agent, let at):
            return take(attempt, by: agent, takenAt: at, step, of: &workflow)
        case .completed(let attempt, let agent, let result):
            if let refusal = refusal(of: attempt, by: agent, workflow.steps[step]) {
                return refuse(refusal, attempt, agent, step, of: &workflow, at: now)
            }
            workflow.closeEscalation(of: step, action: "answered", by: nil, reason: "a late answer came in", at: now)
            workflow.complete(step, result: result, attempt: attempt, agent: agent, by: nil, at: now)
            return .accepted
        case .failed(let attempt, let agent, let failure):
            if let refusal = refusal(of: attempt, by: agent, workflow.steps[step], onlyCurrent: true) {
                return refuse(refusal, attempt, agent, step, of: &workflow, at: now)
            }
            endAttempt(step, failure, agent: agent, of: &workflow, at: now)
            return .accepted
        case .asked(let attempt, let agent, let question):
            if let refusal = refusal(of: attempt, by: agent, workflow.steps[step], onlyCurrent: true) {
                return refuse(refusal, attempt, agent, step, of: &workflow, at: now)
            }
            guard workflow.steps[step].attempts.count(where: { $0.asked != nil }) < Question.limit else {
                return refuse(.tooManyQuestions(limit: Question.limit), attempt, agent, step, of: &workflow, at: now)
            }
            workflow.ask(question, step, agent: agent, at: now)
            return .accepted
        case .progressed(let attempt, let agent, let report):
            if let refusal = refusal(of: attempt, by: agent, workflow.steps[step], onlyCurrent: true) {
                return .refused(refusal)
            }
            return progress(report, step, agent: agent, of: &workflow, at: now)
        case .heard(let attempt, let agent, let at, let asOf):
            return hear(attempt, of: agent, at: at, asOf: asOf, step, of: &workflow, at: now)
        case .stalled(let attempt, let agent, let heartbeats, let since):
            if let refusal = refusal(of: attempt, by: agent, workflow.steps[step], onlyCurrent: true) {
                return .refused(refusal)
            }
            stall(heartbeats, since: since, step, agent: agent, of: &workflow, at: now)
            return .accepted
        case .guided(let text, let by): return workflow.guide(step, text, by: by, at: now)
        case .acknowledged(let attempt, let agent, let number):
            if let refusal = refusal(of: attempt, by: agent, workflow.steps[step], onlyCurrent: true) {
                return .refused(refusal)
            }
            return workflow.acknowledge(step, through: number, by: agent, at: now)
        case .agentGone(let attempt, let agent, let reason):
            return lose(agent, reason, attempt, step, of: &workflow, at: now)
        }
    }

    package func deadlinePassed(for step: Int, of workflow: inout Workflow, at now: Instant) {
        switch workflow.steps[step].status {
        case .backingOff: enqueue(step, of: &workflow, at: now)
        case .running:
            let message = "no answer within the timeout of \(timeout.text)"
            let failure = AgentFailure(Failure(code: Failure.timeoutCode, message: message))
            endAttempt(step, failure, agent: workflow.steps[step].attempt?.agent, of: &workflow, at: now)
        case .queued:
            // Another attempt would only wait in the same queue, at its end.
            let message = "no agent took the task within \(queueTimeout.text)"
            let failure = Failure(code: Failure.queueTimeoutCode, message: message)
            endAttempt(step, AgentFailure(failure, retryable: false), agent: nil, of: &workflow, at: now)
        case .pending, .waiting, .escalated, .completed, .skipped, .failed, .cancelled: break
        }
    }

    private func take(
        _ attempt: Int, by agent: AgentID, takenAt: Instant, _ step: Int, of workflow: inout Workflow
    ) -> Outcome {
        let state = workflow.steps[step]
        guard state.status == .queued, state.attempt?.number == attempt else {
            // Given again to the agent that has it: its deadline stands.
            if state.status == .running, state.attempt?.number == attempt, state.attempt?.agent == agent {
                return .accepted
            }
            return .refused(.notHeld)
        }
        workflow.update(step) { state in
            state.status = .running
            state.attempts[state.attempts.count - 1].agent = agent
            state.attempts[state.attempts.count - 1].startedAt = takenAt
            state.deadline = takenAt + timeout
            if stuck != nil { state.long.vigil = Vigil(since: takenAt) }
        }
        workflow.hear(step, at: takenAt)
        for note in workflow.steps[step].long.guidance {
            workflow.effects.append(.guide(step: step, agent, note))
        }
        workflow.record(.stepStarted, at: takenAt, step: step) { event in
            event.attempt = attempt
            event.agent = agent
        }
        return .accepted
    }

    private func lose(
        _ agent: AgentID, _ reason: String, _ attempt: Int, _ step: Int, of workflow: inout Workflow, at now: Instant
    ) -> Outcome {
        let state = workflow.steps[step]
        guard state.isOnQueue, let current = state.attempt, current.number == attempt else {
            return .refused(.notHeld)
        }
        guard current.agent == nil || current.agent == agent else { return .refused(.notHeld) }
        let failure = AgentFailure(Failure(code: Failure.agentLostCode, message: reason), retryAfter: .zero)
        endAttempt(step, failure, agent: agent, of: &workflow, at: now)
        return .accepted
    }

    // MARK: Rules

    /// Why an answer is not accepted; `nil` if it is. A result of an earlier attempt counts while the task is open:
    /// the work is done, whoever else is still at it. A failure of an earlier attempt does not.
    private func refusal(
        of attempt: Int, by agent: AgentID, _ state: StepState, onlyCurrent: Bool = false
    ) -> Refusal? {
        if state.status.isEnded {
            return .alreadyAnswered(acceptedAttempt: state.acceptedAttempt, status: state.status)
        }
        guard let held = state.attempt(attempt), held.agent == agent else {
            return .notHeld
        }
        guard onlyCurrent else { return nil }
        let current = state.attempt?.number ?? 0
        return attempt == current && state.status == .running ? nil : .attemptOver(current: current)
    }

    private func refuse(
        _ refusal: Refusal, _ attempt: Int, _ agent: AgentID, _ step: Int, of workflow: inout Workflow,
        at now: Instant
    ) -> Outcome {
        workflow.record(.answerRefused, at: now, step: step) { event in
            event.attempt = attempt
            event.agent = agent
        }
        return .refused(refusal)
    }

    /// The current attempt is over without a result: the next one, or what the policy says. If it is one that got
    /// nowhere, and a person is to be asked then, `isStuck`.
    func endAttempt(
        _ step: Int, _ failure: AgentFailure, agent: AgentID?, of workflow: inout Workflow, at now: Instant,
        isStuck: Bool = false
    ) {
        workflow.leaveQueue(step)
        workflow.update(step) { state in
            state.attempts[state.attempts.count - 1].endedAt = now
            state.attempts[state.attempts.count - 1].failure = failure.failure
            // Known only now if the agent was lost before its take was told.
            state.attempts[state.attempts.count - 1].agent = agent
            state.failure = failure.failure
            if state.hasLongWork { state.long.endAttempt() }
        }
        let state = workflow.steps[step]
        let number = state.attempt?.number ?? 0
        let isLast = isStuck || !failure.retryable || state.attempts.count >= state.attemptsAllowed
        let wait = max(failure.retryAfter ?? retry.backoff(after: round(of: state), of: task(step, workflow)), .zero)
        workflow.record(.attemptFailed, at: now, step: step) { event in
            event.attempt = number
            event.agent = agent
            event.failure = failure.failure
            event.until = isLast ? nil : now + wait
        }
        if isLast {
            // Off the queue already: the helpers below must not take the entry off once more.
            workflow.update(step) { $0.status = .backingOff }
            if isStuck { return workflow.escalate(stuck: step, failure.failure, at: now) }
            workflow.exhaust(step, failure.failure, policy: onExhausted, at: now)
        } else if wait == .zero {
            workflow.update(step) { $0.status = .backingOff }
            enqueue(step, of: &workflow, at: now)
        } else {
            workflow.update(step) { state in
                state.status = .backingOff
                state.deadline = now + wait
            }
        }
    }

    /// How many attempts were made since the start or the last `retry` of a human: waits begin anew with each round.
    private func round(of state: StepState) -> Int {
        state.attempts.count - (state.attemptsAllowed - retry.maximumAttempts)
    }

    private func task(_ step: Int, _ workflow: Workflow) -> TaskID { TaskID(workflow: workflow.id, step: step) }
}
