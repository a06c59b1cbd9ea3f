import JSON
import Testing
import WorkflowCore

/// What a human may answer to an escalation.
@Suite("Resolutions")
struct ResolutionTests {
    private static let steps = """
        {"id": "a", "task_type": "t", "payload": 1, "retry": {"max_attempts": 2, "initial_backoff": "0ms"}},
        {"id": "b", "task_type": "t", "after": ["a"], "payload": "${steps.a.result}"}
        """

    /// A workflow whose first step has used up its attempts.
    private func escalated() throws -> WorkflowTranscript {
        var run = try WorkflowTranscript(PlanText.with(steps: Self.steps))
        run.takeAndFail("a")
        run.takeAndFail("a")
        #expect(run.workflow.status == .escalated)
        #expect(run.nextDeadline == nil, "an escalated step waits for its resolution and nothing else")
        return run
    }

    @Test("'retry' gives the policy's share of attempts anew, and their waits begin anew")
    func retry() throws {
        var run = try escalated()
        let resolved = run.resolve(1, .retry(payload: nil), reason: "scan replaced")
        #expect(
            resolved.history == [
                "escalation_resolved a escalation 1 retry by ops because scan replaced", "step_queued a #3",
                "workflow_resumed",
            ])
        #expect(resolved.effects == ["close escalation 1: retry by ops", "enqueue a #3 1"])
        run.takeAndFail("a")
        #expect(run.statuses == "a queued, b pending")
        #expect(run.takeAndFail("a").effects.last == "open escalation 2 of a: broken, 4 attempts, payload 1")
    }

    @Test("'retry' with another payload gives that one, also to later attempts")
    func retryWithPayload() throws {
        var run = try escalated()
        #expect(run.resolve(1, .retry(payload: #"{"scan": 2}"#)).effects.last == #"enqueue a #3 {"scan": 2}"#)
        #expect(run.takeAndFail("a").effects.last == #"enqueue a #4 {"scan": 2}"#)
    }

    @Test("'complete' takes the human's result for the step's")
    func complete() throws {
        var run = try escalated()
        let resolved = run.resolve(1, .complete(result: "[3]"))
        #expect(
            resolved.effects == [
                "close escalation 1: complete by ops", "result of step 0 is [3]", "enqueue b #1 [3]",
            ])
        #expect(resolved.history.contains("step_completed a by ops"))
        #expect(run.state("a").acceptedAttempt == nil)
        #expect(
            run.complete("a", attempt: 2).outcome
                == .refused(.alreadyAnswered(acceptedAttempt: nil, status: .completed)))
    }

    @Test("'skip' goes on without a result")
    func skip() throws {
        var run = try escalated()
        let resolved = run.resolve(1, .skip)
        #expect(resolved.history.contains("step_skipped a because skipped by ops"))
        #expect(resolved.effects.last == "enqueue b #1 null")
        #expect(run.state("a").failure?.code == "broken")
    }

    @Test("'fail' fails the step and the workflow")
    func fail() throws {
        var run = try escalated()
        let resolved = run.resolve(1, .fail, reason: "forged")
        #expect(run.statuses == "a failed, b cancelled")
        #expect(run.workflow.failure?.code == Failure.resolvedCode)
        #expect(
            resolved.history.last
                == "workflow_failed (failed_by_resolution: step 'a' failed: failed by ops: forged)")
    }

    @Test(
        "An escalation is resolved once; the second is told so",
        arguments: [
            Resolution.Action.retry(payload: nil), .complete(result: "1"), .skip, .fail,
        ])
    func once(_ action: Resolution.Action) throws {
        var run = try escalated()
        #expect(run.resolve(1, action).outcome == .accepted)
        #expect(run.resolve(1, .fail).outcome == .refused(.alreadyResolved))
        #expect(run.resolve(1, .retry(payload: nil)).outcome == .refused(.alreadyResolved))
    }

    @Test("An escalation that never was is unknown", arguments: [0, -1, 2, Int.max, Int.min])
    func unknown(_ number: Int) throws {
        var run = try escalated()
        #expect(run.resolve(number, .skip).outcome == .refused(.unknownEscalation))
        run.cancel()
        #expect(run.resolve(number, .skip).outcome == .refused(.unknownEscalation))
    }

    @Test("Two open escalations are resolved by their own numbers, in any order")
    func two() throws {
        let steps = ["a", "b"].map { #"{"id": "\#($0)", "task_type": "t", "retry": {"max_attempts": 1}}"# }
        var run = try WorkflowTranscript(PlanText.with(steps: steps.joined(separator: ",")))
        run.takeAndFail("b")
        run.takeAndFail("a")
        run.resolve(2, .complete(result: "1"))
        #expect(run.statuses == "a completed, b escalated")
        #expect(run.workflow.status == .escalated)
        run.resolve(1, .skip)
        #expect(run.workflow.output?.string == #"{"a":1}"#)
    }
}
