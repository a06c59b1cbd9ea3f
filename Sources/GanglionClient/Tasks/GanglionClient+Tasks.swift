import JSON

/// What agents say of single tasks.
extension GanglionClient {
    /// Hands in a result. The first one that is accepted is the task's; throws a problem of the type
    /// `/problems/already-answered` for any other.
    @discardableResult
    public func complete(
        _ task: String, attempt: Int, agent: String, result: JSONDocument, usage: [String: Double] = [:]
    ) async throws(GanglionError) -> TaskAnswer {
        let finished = FinishedTask(taskID: task, attempt: attempt, outcome: .result(result), usage: usage)
        return try await handIn(.answer(finished, agent: agent))
    }

    /// Says that an attempt failed. Only the current attempt can fail.
    @discardableResult
    public func fail(
        _ task: String, attempt: Int, agent: String, error: TaskError
    ) async throws(GanglionError) -> TaskAnswer {
        let finished = FinishedTask(taskID: task, attempt: attempt, outcome: .failure(error))
        return try await handIn(.answer(finished, agent: agent))
    }

    /// Asks a person in place of a result: the attempt is over, and another one goes on with the answer. Throws a
    /// problem of the type `/problems/too-many-questions` if the step has asked as often as it may.
    @discardableResult
    public func escalate(
        _ task: String, attempt: Int, agent: String, question: TaskQuestion, usage: [String: Double] = [:]
    ) async throws(GanglionError) -> TaskAnswer {
        let finished = FinishedTask(taskID: task, attempt: attempt, outcome: .question(question), usage: usage)
        return try await handIn(.answer(finished, agent: agent))
    }

    /// Says how far an attempt is. `extend` sets its deadline this far from now.
    public func reportProgress(
        of task: String, attempt: Int, agent: String, percent: Int? = nil, message: String? = nil,
        extend: Duration? = nil
    ) async throws(GanglionError) {
        try await report(
            TaskReport(percent: percent, message: message, extend: extend), of: task, attempt: attempt, agent: agent)
    }

    /// Says how far an attempt is, and what it has made.
    public func report(
        _ report: TaskReport, of task: String, attempt: Int, agent: String
    ) async throws(GanglionError) {
        let call = Call.post(Target("/v1/tasks/", task, "/progress"), isRepeatable: false) { body in
            body.field("agent_id", agent)
            body.field("attempt", attempt)
            report.write(to: &body)
        }
        _ = try await answer(to: call)
    }

    /// Tells whoever works on a task something: with the next request of its agent, at once if that waits for a task.
    /// Throws a problem with the status 409 if nobody works on it, or soon will.
    @discardableResult
    public func guide(_ task: String, text: String, by: String) async throws(GanglionError) -> TaskAnswer {
        let call = Call.post(Target("/v1/tasks/", task, "/guidance"), isRepeatable: true) { body in
            body.field("text", text)
            body.field("by", by)
        }
        return try await handIn(call)
    }

    private func handIn(_ call: Call) async throws(GanglionError) -> TaskAnswer {
        try await fields(of: call, "the answer").value("status")
    }
}

extension Call {
    /// Safe to repeat: the accepted answer is recognised when it comes once more.
    static func answer(_ finished: FinishedTask, agent: String) -> Call {
        switch finished.outcome {
        case .result(let result):
            .post(Target("/v1/tasks/", finished.taskID, "/complete"), isRepeatable: true) { body in
                body.field("agent_id", agent)
                body.field("attempt", finished.attempt)
                body.field("result", raw: result.json)
                body.write(usage: finished.usage)
            }
        case .failure(let error):
            .post(Target("/v1/tasks/", finished.taskID, "/fail"), isRepeatable: true) { body in
                body.field("agent_id", agent)
                body.field("attempt", finished.attempt)
                body.name("error")
                error.write(to: &body)
            }
        case .question(let question):
            .post(Target("/v1/tasks/", finished.taskID, "/escalate"), isRepeatable: true) { body in
                body.field("agent_id", agent)
                body.field("attempt", finished.attempt)
                question.write(to: &body)
                body.write(usage: finished.usage)
            }
        }
    }
}
