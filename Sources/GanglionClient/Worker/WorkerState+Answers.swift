/// What the service answers.
extension WorkerState {
    mutating func registered(_ number: Int, _ registration: AgentRegistration, at now: Duration) {
        guard finish(number, at: now) != nil else { return }
        agent = registration
    }

    mutating func heard(_ number: Int, _ answer: HeartbeatAnswer, at now: Duration) {
        guard finish(number, at: now) != nil else { return }
        stop(answer.cancel, namedBefore: number)
        guide(answer.guidance)
        if answer.drain { drain() }
        agent?.heartbeatInterval = answer.heartbeatInterval
        agent?.lostAfter = answer.lostAfter
    }

    /// An answer by itself was accepted, now or before.
    mutating func answered(_ number: Int, at now: Duration) {
        finish(number, at: now)
    }

    mutating func deregistered(_ number: Int, at now: Duration) {
        guard finish(number, at: now) != nil else { return }
        agent = nil
    }

    mutating func took(_ number: Int, _ answer: TakeAnswer, at now: Duration) {
        guard let open = finish(number, at: now) else { return }
        if !answer.refused.isEmpty {
            for item in open.kept {
                let refusal = answer.refused.first { $0.taskID == item.task.taskID && $0.attempt == item.task.attempt }
                guard let refusal else { continue }
                let isFinal = refusal.type == Problem.tooManyQuestions
                refused(
                    item, status: refusal.status, refusal.detail, isFinal: isFinal, asked: nil, jitter: 1, at: now)
            }
        }
        // Before new tasks are begun: one of them may be the next attempt at what is to be stopped.
        stop(answer.cancel, namedBefore: number)
        let started = start(answer.tasks)
        guide(answer.guidance)
        if answer.drain { drain() }
        let isTold = !answer.cancel.isEmpty || !answer.guidance.isEmpty
        let hasNews = started > 0 || isTold || !(open.kept.isEmpty && answer.refused.isEmpty)
        guard !hasNews, case .take(let max, let wait, _, _, _) = open.request, max > 0 else { return }
        // A service that is about to end does not hold an answer back. It need not be asked without a pause.
        if now - open.sentAt < wait / 2 { pause(asked: nil, 1, at: now) }
    }

    /// A request has no result. `jitter` is a random number from 0 to 1.
    mutating func failed(_ number: Int, _ error: GanglionError, jitter: Double, at now: Duration) {
        guard let open = inFlight.removeValue(forKey: number) else { return }
        switch (open.request, error.problem) {
        case (.answer, let problem): failed(open, problem, error, jitter, at: now)
        // Nothing is left that would be worth another try: an agent that holds nothing is missed by nobody.
        case (.deregister, _): agent = nil
        case (.register, let problem?) where !problem.isTransient: fail(error)
        case (_, let problem?) where !problem.isTransient:
            if problem.meansAgentIsGone {
                kept.insert(contentsOf: open.kept, at: 0)
                loseAgent()
            } else if open.kept.isEmpty {
                fail(error)
            } else {
                // One of them is not acceptable, and it is not said which.
                for var item in open.kept {
                    item.goesAlone = true
                    kept.append(item)
                }
            }
        case (_, let problem):
            if case .invalidArgument = error { return fail(error) }
            retryLater(open, problem, jitter, at: now)
        }
    }

    private mutating func failed(
        _ open: InFlight, _ problem: Problem?, _ error: GanglionError, _ jitter: Double, at now: Duration
    ) {
        for item in open.kept {
            // Without an answer it is as if the service had asked to come again.
            refused(
                item, status: problem?.status ?? 503, problem?.detail ?? "\(error)",
                isFinal: problem?.type == Problem.tooManyQuestions, asked: problem?.retryAfter, jitter: jitter, at: now)
        }
    }

    // MARK: Requests

    /// An answer came: the service is there.
    @discardableResult
    private mutating func finish(_ number: Int, at now: Duration) -> InFlight? {
        guard let open = inFlight.removeValue(forKey: number) else { return nil }
        failures = 0
        if open.request.isSignOfLife || open.request == .register { heardAt = now }
        return open
    }

    private mutating func retryLater(_ open: InFlight, _ problem: Problem?, _ jitter: Double, at now: Duration) {
        kept.insert(contentsOf: open.kept, at: 0)
        guard isGraceOver else { return pause(asked: problem?.retryAfter, jitter, at: now) }
        // That was the last try.
        for item in kept { act(.discard(item.task, reason: "the service could not be reached")) }
        kept = []
    }

    private mutating func pause(asked: Duration?, _ jitter: Double, at now: Duration) {
        failures += 1
        pausedUntil = now + Backoff.pause(failures: failures, asked: asked, jitter: jitter)
    }

    // MARK: Tasks

    private mutating func start(_ tasks: [TaskAssignment]) -> Int {
        guard !isStopping else { return 0 }
        var count = 0
        for task in tasks {
            let key = Key(taskID: task.taskID, attempt: task.attempt)
            guard running[key] == nil, !isKept(key) else { continue }
            running[key] = Running(number: nextNumber(), heartbeatTimeout: task.heartbeatTimeout)
            act(.start(task))
            count += 1
        }
        return count
    }

    /// Hands notes to their handlers, each once, and acknowledges them as often as they are told.
    private mutating func guide(_ notes: [TaskGuidance]) {
        for note in notes {
            let working = running.first { $0.key.taskID == note.taskID && !$0.value.isAbandoned }
            guard let (key, task) = working else { continue }
            if note.number > task.lastNote {
                running[key]?.lastNote = note.number
                act(.guide(key, note))
            }
            receipts.append(GuidanceReceipt(taskID: key.taskID, attempt: key.attempt, number: note.number))
        }
    }

    private func isKept(_ key: Key) -> Bool {
        func isMatch(_ item: Kept) -> Bool { item.task.taskID == key.taskID && item.task.attempt == key.attempt }
        return kept.contains(where: isMatch) || inFlight.values.contains { $0.kept.contains(where: isMatch) }
    }

    /// Stops the handlers of tasks that a request named and that are not the agent's any more.
    private mutating func stop(_ ids: [String], namedBefore number: Int) {
        guard !ids.isEmpty else { return }
        let ids = Set(ids)
        let stopped = running.filter {
            ids.contains($0.key.taskID) && $0.value.number < number && !$0.value.isAbandoned
        }
        for key in stopped.keys { abandon(key) }
    }

    /// The service did not take what is finished: it is kept, made a failure that it can take, or given up. `isFinal`
    /// of what it never takes although the attempt goes on.
    private mutating func refused(
        _ item: Kept, status: Int, _ detail: String, isFinal: Bool, asked: Duration?, jitter: Double,
        at now: Duration
    ) {
        var item = item
        switch (status, item.task.outcome) {
        case (408, _), (429, _), (500..., _):
            guard !isGraceOver else { return act(.discard(item.task, reason: detail)) }
            item.failures += 1
            item.notBefore = now + Backoff.pause(failures: item.failures, asked: asked, jitter: jitter)
            kept.append(item)
        case (400, .result), (413, .result), (422, .result): fail(item, "result", detail)
        case (400, .question), (413, .question), (422, .question): fail(item, "question", detail)
        case (_, .question) where isFinal: fail(item, "question", detail)
        default: act(.discard(item.task, reason: detail))
        }
    }

    /// Without it the attempt would only end with its timeout.
    private mutating func fail(_ item: Kept, _ what: String, _ detail: String) {
        var item = item
        let message = "The service does not take the \(what): \(detail)"
        item.task.outcome = .failure(TaskError(code: "\(what)_refused", message: message, retryable: false))
        item.task.usage = [:]
        item.goesAlone = true
        kept.append(item)
    }
}

extension Problem {
    fileprivate static let tooManyQuestions = "/problems/too-many-questions"

    /// It may be otherwise the next time.
    fileprivate var isTransient: Bool { status == 408 || status == 429 || status >= 500 }
}
