import Testing
import WorkflowCore

/// Cancelling, deadlines, failures: nothing outlives its workflow.
@Suite("Endings")
struct EndingTests {
    private static let steps = """
        {"id": "done", "task_type": "t"}, {"id": "running", "task_type": "t"}, {"id": "queued", "task_type": "t"},
        {"id": "asked", "task_type": "t", "retry": {"max_attempts": 1}}, {"id": "resting", "task_type": "t"},
        {"id": "pending", "task_type": "t", "after": ["running"]}
        """

    private func underWay(_ fields: String = "") throws -> WorkflowTranscript {
        var run = try WorkflowTranscript(PlanText.with(steps: Self.steps, fields))
        run.work("done", result: "1")
        run.take("running")
        run.takeAndFail("asked")
        run.takeAndFail("resting")
        return run
    }

    @Test("Cancelling takes every task off its queue, closes every escalation, and keeps what was done")
    func cancel() throws {
        var run = try underWay()
        let cancelled = run.cancel(reason: "no longer needed")
        #expect(cancelled.effects == ["dequeue step 1", "dequeue step 2", "close escalation 1: cancelled"])
        #expect(
            cancelled.history == [
                "step_cancelled running", "step_cancelled queued",
                "escalation_resolved asked escalation 1 cancelled because the workflow has ended",
                "step_cancelled asked", "step_cancelled resting",
                "workflow_cancelled by ops because no longer needed",
            ])
        #expect(run.workflow.status == .cancelled)
        #expect(run.state("done").status == .completed)
        #expect(run.state("pending").status == .cancelled)
        #expect(run.nextDeadline == nil)
    }

    @Test("The end is final: cancelled twice, resolved late or woken, nothing happens any more")
    func final() throws {
        var run = try underWay()
        run.cancel()
        #expect(run.cancel().outcome == .refused(.workflowEnded(.cancelled)))
        #expect(run.resolve(1, .retry(payload: nil)).outcome == .refused(.alreadyResolved))
        #expect(run.wait(.seconds(100_000)).history.isEmpty)
    }

    @Test("A workflow that does not end within its deadline fails, whatever it waits for")
    func deadline() throws {
        var run = try underWay(#""deadline": "90m""#)
        run.resolve(1, .complete(result: "1"))
        #expect(run.wait(.milliseconds(1)).outcome == .accepted)
        let due = run.wait(.seconds(90 * 60))
        #expect(
            due.history.last
                == "workflow_failed (deadline_exceeded: the workflow did not end within its deadline of 90m)")
        #expect(run.workflow.status == .failed)
        #expect(run.workflow.failure?.code == Failure.deadlineCode)
    }

    @Test("A deadline also ends the wait for a human")
    func deadlineOfEscalated() throws {
        var run = try WorkflowTranscript(
            PlanText.with(
                steps: #"{"id": "a", "task_type": "t", "retry": {"max_attempts": 1}}"#, #""deadline": "2h""#))
        run.takeAndFail("a")
        #expect(run.workflow.status == .escalated)
        #expect(run.nextDeadline == .seconds(7200))
        #expect(run.wait(.seconds(7200)).effects == ["close escalation 1: cancelled"])
        #expect(run.workflow.status == .failed)
    }

    @Test("A step that fails takes what is still open with it")
    func failure() throws {
        let steps = """
            {"id": "a", "task_type": "t", "on_exhausted": "fail"}, {"id": "b", "task_type": "t"},
            {"id": "c", "task_type": "t", "after": ["a"]}
            """
        var run = try WorkflowTranscript(PlanText.with(steps: steps))
        run.take("a")
        let failed = run.fail("a", retryable: false)
        #expect(failed.effects == ["dequeue step 0", "dequeue step 1"])
        #expect(run.statuses == "a failed, b cancelled, c cancelled")
        #expect(run.workflow.output == nil)
    }
}
