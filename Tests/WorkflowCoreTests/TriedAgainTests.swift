import Testing
import WorkflowCore

/// Workflows that ended without success, and go on.
@Suite("Tried again")
struct TriedAgainTests {
    private static let plan = PlanText.with(
        steps: """
            {"id": "done", "task_type": "t"}, {"id": "fragile", "task_type": "t", "on_exhausted": "fail", \
            "retry": {"max_attempts": 1}, "queue_timeout": "9h"},
            {"id": "queued", "task_type": "t", "queue_timeout": "9h"},
            {"id": "last", "task_type": "t", "after": ["fragile", "done"]}
            """, #""deadline": "90m""#)

    private func failed() throws -> WorkflowTranscript {
        var run = try WorkflowTranscript(Self.plan)
        run.work("done", result: "1")
        run.takeAndFail("fragile")
        #expect(run.workflow.status == .failed)
        return run
    }

    @Test("What failed or was cancelled begins anew, and what was completed is kept")
    func failedOne() throws {
        var run = try failed()
        let again = run.retry(reason: "the model is back")
        #expect(
            again.history == [
                "workflow_retried by ops because the model is back", "step_queued fragile #2", "step_queued queued #2",
            ])
        #expect(run.workflow.status == .running)
        #expect(run.workflow.failure == nil && run.workflow.endedAt == nil)
        #expect(run.state("done").status == .completed)
        #expect(run.state("last").status == .pending)
        run.work("fragile", result: "2")
        run.work("queued", result: "3")
        run.work("last", result: "4")
        #expect(run.workflow.status == .completed)
        #expect(run.workflow.output == #"{"done":1,"fragile":2,"queued":3,"last":4}"#)
    }

    @Test("It may fail again, and be tried again, with as many attempts as before")
    func again() throws {
        var run = try failed()
        run.retry()
        run.takeAndFail("fragile")
        #expect(run.workflow.status == .failed)
        #expect(run.retry().history.contains("step_queued fragile #3"))
    }

    @Test("The deadline is counted from where it is tried again, also from the checkpoint")
    func deadline() throws {
        var run = try failed()
        run.wait(.seconds(89 * 60))
        run.retry()
        run.wait(.seconds(89 * 60))
        #expect(run.workflow.status == .running)
        run.wait(.seconds(2 * 60))
        #expect(run.workflow.failure?.code == Failure.deadlineCode)
    }

    @Test("A cancelled one goes on where it was; one that goes on, or is completed, is not tried again")
    func cancelled() throws {
        var run = try WorkflowTranscript(PlanText.with(steps: #"{"id": "only", "task_type": "t"}"#))
        #expect(run.retryIfPossible() == nil)
        run.cancel()
        #expect(run.retry().history == ["workflow_retried by ops", "step_queued only #2"])
        run.work("only", result: "1")
        #expect(run.workflow.status == .completed)
        #expect(run.retryIfPossible() == nil)
    }

    @Test("The answer to an attempt from before the end still counts, if it is the first")
    func lateAnswer() throws {
        var run = try WorkflowTranscript(PlanText.with(steps: #"{"id": "only", "task_type": "t"}"#))
        run.take("only")
        run.cancel()
        run.retry()
        #expect(run.complete("only", attempt: 1, result: "1").outcome == .accepted)
        #expect(run.workflow.status == .completed)
    }
}

extension WorkflowTranscript {
    @discardableResult
    fileprivate mutating func retry(reason: String? = nil) -> Happened {
        guard let happened = retryIfPossible(reason: reason) else {
            Issue.record("it cannot be tried again")
            return Happened(.none, since: Self.start)
        }
        return happened
    }
}
