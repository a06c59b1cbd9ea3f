import JSON
import Testing
import WorkflowCore

/// Attempts, the waits between them, and what happens when they are used up.
@Suite("Retries")
struct RetryTests {
    private static let policy = #"""
        "retry": {"max_attempts": 6, "initial_backoff": "1s", "factor": 2, "max_backoff": "5s"}
        """#

    @Test("Each wait is twice the one before, at most the longest, and shortened by at most a fifth")
    func backoff() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.policy))
        for (attempt, whole) in zip(1..., [1000, 2000, 4000, 5000, 5000] as [Int64]) {
            run.takeAndFail("only")
            let deadline = try #require(run.nextDeadline)
            let wait = (deadline - (run.now - WorkflowTranscript.start)).wholeMilliseconds
            #expect(wait <= whole && wait >= whole * 4 / 5, "attempt \(attempt) waits \(wait) ms")
            #expect(run.wait(.milliseconds(wait - 1)).history.isEmpty)
            #expect(run.wait(.milliseconds(1)).history == ["step_queued only #\(attempt + 1)"])
        }
        run.takeAndFail("only")
        #expect(run.statuses == "only escalated")
        #expect(run.state("only").attempts.count == 6)
    }

    @Test("A wait is the same whenever it is computed, and differs between steps and attempts")
    func deterministic() {
        let policy = RetryPolicy()
        let waits = (0..<50).map { policy.backoff(after: 1, of: TaskID(workflow: WorkflowTranscript.id, step: $0)) }
        let again = (0..<50).map { policy.backoff(after: 1, of: TaskID(workflow: WorkflowTranscript.id, step: $0)) }
        #expect(waits == again)
        #expect(Set(waits).count > 25, "tasks that failed together do not return together")
    }

    @Test("No policy and no attempt number makes a wait that is negative, endless or a trap")
    func extremes() {
        var policy = RetryPolicy()
        policy.initialBackoff = .zero
        policy.factor = 100
        let task = TaskID(workflow: WorkflowTranscript.id, step: 0)
        #expect(policy.backoff(after: 100, of: task) == .zero)
        policy.initialBackoff = Duration.longest
        policy.maximumBackoff = Duration.longest
        for attempt in [-1, 0, 1, 2, 100, 1_000_000] {
            let wait = policy.backoff(after: attempt, of: task)
            #expect(wait > .zero && wait <= Duration.longest)
        }
    }

    @Test("A retry keeps its task's id, payload and count")
    func sameTask() throws {
        var run = try WorkflowTranscript(
            PlanText.only(#""payload": "${input}", "retry": {"max_attempts": 3, "initial_backoff": "0ms"}"#),
            input: "[7]")
        #expect(run.takeAndFail("only").effects == ["dequeue step 0", "enqueue only #2 [7]"])
        #expect(run.takeAndFail("only").effects == ["dequeue step 0", "enqueue only #3 [7]"])
        #expect(
            run.takeAndFail("only").effects == [
                "dequeue step 0", "open escalation 1 of only: broken, 3 attempts, payload [7]",
            ])
    }

    @Test("A failure that is not worth another attempt is the last")
    func notRetryable() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.policy))
        run.takeAndFail("only", retryable: false)
        #expect(run.statuses == "only escalated")
        #expect(run.state("only").attempts.count == 1)
    }

    @Test("An agent may say how long the next attempt waits")
    func retryAfter() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.policy))
        run.take("only")
        run.fail("only", retryAfter: .seconds(90))
        #expect(run.nextDeadline == .seconds(90))
        run.wait(.seconds(90))
        run.take("only")
        #expect(run.fail("only", retryAfter: .seconds(-5)).effects.last?.hasPrefix("enqueue only #3") == true)
    }

    @Test("A lost agent's task is back on its queue at once")
    func lost() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.policy))
        run.take("only")
        let lost = run.lose(.ada, holding: "only")
        #expect(
            lost.history == [
                "attempt_failed only #1 by ada (agent_lost: the agent is lost) until +0ms", "step_queued only #2",
            ])
        #expect(lost.effects.first == "dequeue step 0")
        #expect(run.statuses == "only queued")
    }

    @Test("An agent is lost before its take was told: the attempt was its all the same")
    func lostBeforeTaken() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.policy))
        #expect(run.lose(.bob, holding: "only").outcome == .accepted)
        #expect(run.state("only").attempts.first?.agent == .bob)
    }

    @Test("The loss of an agent that does not hold the attempt changes nothing")
    func lostElsewhere() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.policy))
        run.take("only", by: .ada)
        #expect(run.lose(.bob, holding: "only").outcome == .refused(.notHeld))
        run.lose(.ada, holding: "only")
        #expect(run.lose(.ada, holding: "only", attempt: 1).outcome == .refused(.notHeld))
        run.work("only")
        #expect(run.lose(.ada, holding: "only").outcome != .accepted)
    }

    @Test("'on_exhausted' says whether a human is asked, the workflow fails, or goes on without")
    func exhausted() throws {
        let (once, after) = (#""retry": {"max_attempts": 1}"#, #"{"id": "next", "task_type": "t", "after": ["only"]}"#)
        func ended(_ policy: String) throws -> (WorkflowTranscript, Happened) {
            let step = #"{"id": "only", "task_type": "t", "on_exhausted": "\#(policy)", \#(once)}"#
            var run = try WorkflowTranscript(PlanText.with(steps: "\(step), \(after)"))
            let happened = run.takeAndFail("only")
            return (run, happened)
        }
        let (asking, question) = try ended("escalate")
        #expect(asking.statuses == "only escalated, next pending")
        #expect(asking.workflow.status == .escalated)
        #expect(question.history.last == "workflow_escalated")

        let (failing, end) = try ended("fail")
        #expect(failing.statuses == "only failed, next cancelled")
        #expect(failing.workflow.failure == Failure(code: "broken", message: "step 'only' failed: it broke"))
        #expect(end.history.last == "workflow_failed (broken: step 'only' failed: it broke)")

        let (going, more) = try ended("skip")
        #expect(going.statuses == "only skipped, next queued")
        #expect(more.history.contains("step_skipped only because out of attempts: it broke"))
        #expect(going.workflow.status == .running)
    }

    @Test("A step that waits for a human does not stop the others")
    func others() throws {
        let steps = """
            {"id": "a", "task_type": "t", "retry": {"max_attempts": 1}}, {"id": "b", "task_type": "t"}
            """
        var run = try WorkflowTranscript(PlanText.with(steps: steps))
        run.takeAndFail("a")
        #expect(run.workflow.status == .running)
        #expect(run.work("b").history.last == "workflow_escalated")
        #expect(run.workflow.status == .escalated)
        #expect(run.resolve(1, .retry(payload: nil)).history.last == "workflow_resumed")
        #expect(run.workflow.status == .running)
    }
}
