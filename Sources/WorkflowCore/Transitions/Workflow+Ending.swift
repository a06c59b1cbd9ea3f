import JSON

/// How a run comes to its end, or to a halt until a human acts.
extension Workflow {
    /// Decides, after a transition, what the steps' states make of the workflow.
    mutating func settle(at now: Instant) {
        if unendedSteps == 0, !plan.isExternal {
            finish(at: now)
        } else if activeSteps == 0, escalatedSteps > 0 {
            if status != .escalated { record(.workflowEscalated, at: now) }
            status = .escalated
        } else if status == .escalated {
            status = .running
            record(.workflowResumed, at: now)
        }
    }

    mutating func cancel(by: String?, reason: String?, at now: Instant) {
        end(.cancelled, failure: nil, at: now) { event in
            event.by = by
            event.reason = reason
        }
    }

    /// The program that coordinates an external workflow ends it, and what is still open with it.
    mutating func finish(_ end: WorkflowEnd, at now: Instant) -> Outcome {
        guard plan.isExternal else { return .refused(.notExternal) }
        switch end {
        case .completed(let output): finish(output, at: now)
        case .failed(let failure): self.end(.failed, failure: failure, at: now)
        }
        return .accepted
    }

    /// Whether the run has ended just so.
    func hasEnded(as end: WorkflowEnd) -> Bool {
        switch end {
        case .completed(nil): return status == .completed
        case .completed(let given?):
            guard status == .completed, let output else { return false }
            return JSONNode(given).difference(from: JSONNode(output)) == nil
        case .failed(let failure): return status == .failed && self.failure == failure
        }
    }

    private mutating func finish(_ given: JSONText? = nil, at now: Instant) {
        do throws(RenderingError) {
            let text = if let given { given } else { try renderedOutput() }
            output = text
            effects.append(.saveOutput(text))
            end(.completed, failure: nil, at: now)
        } catch {
            let reason =
                switch error {
                case .expression(let error): "\(error)"
                case .tooLong: "it would have more than \(Self.maximumRenderedText)"
                }
            end(.failed, failure: Failure(code: Failure.expressionCode, message: "'output': \(reason)"), at: now)
        }
    }

    private mutating func renderedOutput() throws(RenderingError) -> JSONText {
        let limit = Self.maximumRenderedBytes
        if let template = plan.output {
            return try Scope.with(&self) { scope throws(RenderingError) in
                try template.render(in: &scope, limit: limit)
            }
        }
        var writer = JSONWriter()
        writer.beginObject()
        try writer.results(of: plan.steps.indices, self, limit)
        writer.endObject()
        return writer.text
    }

    /// Ends the run: what is still open is cancelled, so that no queue entry or escalation outlives its workflow.
    mutating func end(
        _ status: WorkflowStatus, failure: Failure?, at now: Instant, _ fill: (inout HistoryEvent) -> Void = { _ in }
    ) {
        isDurable = true
        for step in steps.indices where unendedSteps > 0 && !steps[step].status.isEnded {
            leaveQueue(step)
            closeEscalation(of: step, action: "cancelled", by: nil, reason: "the workflow has ended", at: now)
            update(step) { state in
                state.status = .cancelled
                state.endedAt = now
                state.deadline = nil
                state.progress = nil
            }
            if !steps[step].attempts.isEmpty { record(.stepCancelled, at: now, step: step) }
        }
        self.status = status
        ending = nil
        self.failure = failure
        endedAt = now
        let kind: HistoryEvent.Kind =
            switch status {
            case .failed: .workflowFailed
            case .cancelled: .workflowCancelled
            default: .workflowCompleted
            }
        record(kind, at: now) { event in
            event.failure = failure
            fill(&event)
        }
    }
}

extension JSONWriter {
    /// Members with the results of those steps that have one, by their ids.
    mutating func results(
        of steps: some Sequence<Int>, _ workflow: Workflow, _ limit: Int
    ) throws(RenderingError) {
        for step in steps {
            guard let result = workflow.results[step] else { continue }
            name(workflow.plan.steps[step].id)
            guard bytes.count + result.bytes.count <= limit else { throw .tooLong }
            raw(result)
        }
    }
}
