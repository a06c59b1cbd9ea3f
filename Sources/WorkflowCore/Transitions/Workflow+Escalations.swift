import JSON

/// Questions to humans: opened when a step is exhausted, closed once.
extension Workflow {
    mutating func escalate(_ step: Int, _ failure: Failure, hasPayload: Bool, at now: Instant) {
        // An agent may name its failures as it likes; but without one nobody took the task.
        let isUntaken = failure.code == Failure.queueTimeoutCode && steps[step].attempt?.agent == nil
        escalate(step, isUntaken ? .noAgent(failure) : .exhausted(failure), hasPayload: hasPayload, at: now)
    }

    mutating func escalate(_ step: Int, _ cause: Escalation.Cause, hasPayload: Bool = true, at now: Instant) {
        leaveQueue(step)
        openEscalation(of: step, cause, hasPayload: hasPayload, at: now) { $0.failure = cause.failure }
    }

    /// An attempt that got nowhere has ended.
    mutating func escalate(stuck step: Int, _ failure: Failure, at now: Instant) {
        isDurable = true
        openEscalation(of: step, .stuck(failure), hasPayload: true, at: now) { $0.failure = failure }
    }

    /// The current attempt ends with a question.
    mutating func ask(_ question: Question, _ step: Int, agent: AgentID, at now: Instant) {
        isDurable = true
        leaveQueue(step)
        let number = escalationCount + 1
        let attempt = steps[step].attempts.count - 1
        update(step) { state in
            state.attempts[attempt].endedAt = now
            state.attempts[attempt].asked = AskedQuestion(
                escalation: number, text: question.text, options: question.options)
            state.progress = nil
            if state.hasLongWork { state.long.endAttempt() }
        }
        openEscalation(of: step, .question(question), hasPayload: true, at: now) { [steps] event in
            event.attempt = steps[step].attempts[attempt].number
            event.agent = agent
            event.reason = question.text
        }
    }

    private mutating func openEscalation(
        of step: Int, _ cause: Escalation.Cause, hasPayload: Bool, at now: Instant,
        _ fill: (inout HistoryEvent) -> Void
    ) {
        escalationCount += 1
        let number = escalationCount
        update(step) { state in
            state.status = .escalated
            state.deadline = nil
            state.escalation = number
            state.failure = cause.failure
        }
        let behavior = plan.steps[step].behavior as? TaskStep
        let payload = hasPayload ? behavior.flatMap { try? $0.payload(for: step, of: &self) } : nil
        let handling = behavior?.escalation.handling ?? Handling()
        update(step) { $0.handling = handling }
        update(step) { $0.payloadSize = (payload?.bytes.count ?? 0) + ($0.long.partial?.bytes.count ?? 0) }
        effects.append(
            .openEscalation(
                Escalation(
                    number: number, step: step, stepID: plan.steps[step].id, openedAt: now, cause: cause,
                    attempts: steps[step].attempts, payload: payload, taskType: behavior?.taskType,
                    workflowName: plan.name, labels: plan.labels, handling: handling)))
        record(.escalationOpened, at: now, step: step) { event in
            event.escalation = number
            fill(&event)
        }
    }

    /// Closes the step's open escalation, if it has one.
    mutating func closeEscalation(
        of step: Int, action: String, by: String?, reason: String?, answer: JSONText? = nil, at now: Instant
    ) {
        guard let number = steps[step].escalation else { return }
        update(step) { state in
            state.escalation = nil
            state.handling = Handling()
        }
        let closed = ClosedEscalation(action: action, by: by, reason: reason, answer: answer, at: now)
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
        var answer: JSONText?
        if case .answer(let text) = resolution.action {
            if let refusal = refusal(of: text, to: number, of: step) { return .refused(refusal) }
            answer = text
        }
        var handling = steps[step].handling
        switch handling.decide(resolution, at: now) {
        case .refused(let refusal): return .refused(refusal)
        case .duplicate: return .duplicate
        case .voted:
            vote(resolution, handling, number, of: step, at: now)
            return .accepted
        case .decided:
            if handling.quorum > 1 { vote(resolution, handling, number, of: step, at: now) }
        }
        isDurable = true
        let (by, reason) = (resolution.by, resolution.reason)
        closeEscalation(
            of: step, action: resolution.action.name, by: by, reason: reason, answer: answer, at: now)
        switch resolution.action {
        case .retry(let payload):
            update(step) { state in
                state.status = .pending
                state.failure = nil
                state.attemptsAllowed = 0
                guard let payload else { return }
                state.replacedPayload = payload
                // What was made of another payload is nothing to go on from.
                state.long.partial = nil
            }
            plan.steps[step].behavior.start(step, of: &self, at: now)
        case .complete(let result):
            complete(step, result: result, attempt: nil, agent: nil, by: by, at: now)
        case .skip:
            skip(step, failure: steps[step].failure, reason: "skipped by \(by)", at: now)
        case .fail:
            fail(step, Failure.byResolution(by: by, reason: reason), at: now)
        case .answer(let text):
            update(step) { state in
                state.attempts[state.attempts.count - 1].asked?.answer = text
                state.status = .pending
            }
            plan.steps[step].behavior.goOn(step, of: &self, at: now)
        }
        return .accepted
    }

    // MARK: Answers

    /// Why the escalation is not answered so; `nil` if it is.
    private func refusal(of answer: JSONText, to number: Int, of step: Int) -> Refusal? {
        guard let asked = steps[step].attempt?.asked, asked.escalation == number else { return .notAQuestion }
        guard asked.allows(answer) else { return .notAnOption(asked.options) }
        let size = steps[step].answered.reduce(answer.bytes.count) { $0 + ($1.answer?.bytes.count ?? 0) }
        return size > Question.answersLimit ? .answersTooLong(limit: Question.answersLimit) : nil
    }

    /// The questions that the step's attempts asked, with their answers; `nil` if none has one.
    func answers(to step: Int) -> JSONText? {
        let answered = steps[step].answered
        guard !answered.isEmpty else { return nil }
        var writer = JSONWriter()
        writer.array(answered) { writer, asked in
            writer.object { writer in
                writer.field("escalation_id", EscalationID(workflow: id, number: asked.escalation).description)
                writer.field("question", asked.text)
                writer.field("answer", raw: asked.answer ?? .null)
            }
        }
        return writer.text
    }
}
