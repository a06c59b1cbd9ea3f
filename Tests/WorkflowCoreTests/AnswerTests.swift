import JSON
import Testing
import WorkflowCore

/// Late, repeated and foreign answers: the first accepted one wins, later ones change nothing.
@Suite("Answers")
struct AnswerTests {
    private static let quick = #""timeout": "30s", "retry": {"max_attempts": 3, "initial_backoff": "0ms"}"#

    @Test("The same answer twice is accepted once, and the sender is told what was accepted")
    func twice() throws {
        let steps = #"{"id": "a", "task_type": "t"}, {"id": "b", "task_type": "t", "after": ["a"]}"#
        var run = try WorkflowTranscript(PlanText.with(steps: steps))
        run.work("a", result: "1")
        let repeated = run.complete("a", result: "1")
        #expect(repeated.outcome == .duplicate)
        #expect(repeated.effects.isEmpty)
        let second = run.complete("a", result: "2")
        #expect(second.outcome == .refused(.alreadyAnswered(acceptedAttempt: 1, status: .completed)))
        #expect(second.history == ["answer_refused a #1 by ada"])
        #expect(run.workflow.results[0]?.string == "1")
        #expect(run.fail("a").outcome == .refused(.alreadyAnswered(acceptedAttempt: 1, status: .completed)))
    }

    @Test("The accepted answer sent once more after the end is a duplicate too")
    func twiceAfterTheEnd() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.quick))
        run.work("only", by: .ada, result: "1")
        #expect(run.workflow.status == .completed)
        #expect(run.complete("only", by: .ada, result: "1").outcome == .duplicate)
        let other = run.complete("only", by: .bob, attempt: 1, result: "1")
        #expect(other.outcome == .refused(.alreadyAnswered(acceptedAttempt: 1, status: .completed)))
    }

    @Test("The same failure twice counts as one attempt")
    func failedTwice() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.quick))
        run.takeAndFail("only", by: .ada)
        #expect(run.state("only").attempts.count == 2)
        #expect(run.fail("only", by: .ada, attempt: 1).outcome == .duplicate)
        #expect(run.state("only").attempts.count == 2)
    }

    @Test("A late answer to one task is never taken for another's")
    func otherTask() throws {
        let steps = #"{"id": "a", "task_type": "t"}, {"id": "b", "task_type": "t", "after": ["a"]}"#
        var run = try WorkflowTranscript(PlanText.with(steps: steps))
        run.work("a", result: "1")
        run.take("b", by: .bob)
        run.complete("a", result: "2")
        #expect(run.statuses == "a completed, b running")
        #expect(run.complete("b", by: .ada).outcome == .refused(.notHeld))
    }

    @Test("A late result of an earlier attempt counts while the task is open, and the later attempt ends")
    func lateResult() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.quick))
        run.take("only", by: .ada)
        run.wait(.seconds(30))
        run.take("only", by: .bob)
        #expect(run.state("only").attempts.count == 2)
        let late = run.complete("only", by: .ada, attempt: 1, result: "7")
        #expect(late.outcome == .accepted)
        #expect(late.effects.prefix(2) == ["dequeue step 0", "result of step 0 is 7"])
        #expect(run.state("only").acceptedAttempt == 1)
        let refused = run.complete("only", by: .bob, attempt: 2, result: "8")
        #expect(refused.outcome == .refused(.alreadyAnswered(acceptedAttempt: 1, status: .completed)))
    }

    @Test("A late result closes the question that was put to a human")
    func lateResultOfEscalated() throws {
        var run = try WorkflowTranscript(PlanText.only(#""timeout": "30s", "retry": {"max_attempts": 1}"#))
        run.take("only")
        run.wait(.seconds(30))
        #expect(run.workflow.status == .escalated)
        #expect(run.complete("only").effects.first == "close escalation 1: answered")
        #expect(run.workflow.status == .completed)
        #expect(run.resolve(1, .skip).outcome == .refused(.alreadyResolved))
    }

    @Test("A late failure of an earlier attempt says nothing about the current one")
    func lateFailure() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.quick))
        run.take("only", by: .ada)
        run.wait(.seconds(30))
        run.take("only", by: .bob)
        let late = run.fail("only", by: .ada, attempt: 1)
        #expect(late.outcome == .refused(.attemptOver(current: 2)))
        #expect(run.statuses == "only running")
        #expect(run.report("only", by: .ada, attempt: 1, ProgressReport(percent: 9)).outcome != .accepted)
    }

    @Test("Only the agent that an attempt was given to may answer it")
    func foreign() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.quick))
        #expect(run.complete("only").outcome == .refused(.notHeld), "nobody has taken it")
        run.take("only", by: .ada)
        #expect(run.take("only", by: .bob).outcome == .refused(.notHeld))
        #expect(run.complete("only", by: .bob).outcome == .refused(.notHeld))
        #expect(run.fail("only", by: .bob).outcome == .refused(.notHeld))
        #expect(run.complete("only", by: .ada, attempt: 2).outcome == .refused(.notHeld))
        #expect(run.complete("only", by: .ada, attempt: -1).outcome == .refused(.notHeld))
        #expect(run.statuses == "only running")
    }

    @Test("An answer to a step that the plan does not have is refused")
    func unknown() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.quick))
        for step in [-1, 1, Int.max, Int.min] {
            let answer = Event.step(step, .completed(attempt: 1, by: .ada, result: "1"))
            #expect(run.apply(answer).outcome == .refused(.unknownTask))
        }
    }

    @Test("After the end every answer is refused")
    func afterTheEnd() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.quick))
        run.take("only")
        run.cancel()
        #expect(run.complete("only").outcome == .refused(.alreadyAnswered(acceptedAttempt: nil, status: .cancelled)))
        #expect(run.apply(.step(9, .completed(attempt: 1, by: .ada, result: "1"))).outcome == .refused(.unknownTask))
    }

    @Test("Taking a task and its progress may wait for the next commit; all else may not")
    func durability() throws {
        let plan = try Plan(JSONText(validating: Array(PlanText.only(Self.quick).utf8)))
        var (workflow, start) = Workflow.start(
            id: WorkflowTranscript.id, plan: plan, input: "{}", at: WorkflowTranscript.start)
        #expect(start.isDurable)
        func apply(_ event: StepEvent) -> Bool {
            workflow.apply(.step(0, event), at: WorkflowTranscript.start).isDurable
        }
        #expect(!apply(.taken(attempt: 1, by: .ada, at: WorkflowTranscript.start)))
        #expect(!apply(.progressed(attempt: 1, by: .ada, ProgressReport(percent: 1))))
        #expect(apply(.progressed(attempt: 1, by: .ada, ProgressReport(extend: .seconds(9)))))
        #expect(apply(.failed(attempt: 1, by: .ada, AgentFailure(Failure(code: "x", message: "y")))))
        #expect(!apply(.taken(attempt: 2, by: .bob, at: WorkflowTranscript.start)))
        #expect(apply(.completed(attempt: 2, by: .bob, result: "1")))
    }
}
