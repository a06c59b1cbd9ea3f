import Testing
import WorkflowCore

/// Waiting for an agent and working are two different waits.
@Suite("Timeouts")
struct TimeoutTests {
    private static let timed = #""timeout": "30s", "queue_timeout": "5m", "retry": {"max_attempts": 2}"#

    @Test("While a task waits in its queue the timeout of its work does not run")
    func waiting() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.timed))
        #expect(run.nextDeadline == .seconds(300))
        #expect(run.wait(.seconds(299)).history.isEmpty)
        run.take("only")
        #expect(run.nextDeadline == .seconds(329))
        #expect(run.wait(.milliseconds(29_999)).history.isEmpty)
        #expect(run.complete("only").outcome == .accepted)
    }

    @Test("Work that takes too long is an attempt that failed, and is taken off the queue")
    func working() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.timed))
        run.take("only")
        let late = run.wait(.seconds(30))
        #expect(late.effects == ["dequeue step 0"])
        #expect(late.history.count == 1)
        #expect(
            late.history[0].hasPrefix(
                "attempt_failed only #1 by ada (timeout: no answer within the timeout of 30s) until +30"))
        #expect(run.statuses == "only backing_off")
    }

    @Test("A task that nobody takes is not tried again at the end of the same queue: it is exhausted")
    func nobody() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.timed))
        let late = run.wait(.seconds(300))
        #expect(
            late.history == [
                "attempt_failed only #1 (queue_timeout: no agent took the task within 5m)",
                "escalation_opened only escalation 1 (queue_timeout: no agent took the task within 5m)",
                "workflow_escalated",
            ])
        #expect(run.state("only").attempts.count == 1)
    }

    @Test("An agent that says that it needs longer gets it, counted from now")
    func extended() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.timed))
        run.take("only")
        run.wait(.seconds(20))
        let report = run.report("only", ProgressReport(percent: 40, message: "page 4", extend: .seconds(60)))
        #expect(report.history == ["step_progressed only #1 by ada because page 4"])
        #expect(run.state("only").progress == Progress(at: run.now, percent: 40, message: "page 4"))
        #expect(run.nextDeadline == .seconds(80))
        #expect(run.wait(.seconds(59)).history.isEmpty)
        run.complete("only")
        #expect(run.state("only").progress == nil)
    }

    @Test("Progress without an extension leaves the deadline alone")
    func progress() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.timed))
        run.take("only")
        run.wait(.seconds(20))
        run.report("only", ProgressReport(percent: 40))
        #expect(run.nextDeadline == .seconds(30))
    }

    @Test("Taking a task again that the agent already holds does not give it more time")
    func takenAgain() throws {
        var run = try WorkflowTranscript(PlanText.only(Self.timed))
        run.take("only")
        run.wait(.seconds(20))
        let again = run.take("only")
        #expect(again.outcome == .accepted)
        #expect(again.history.isEmpty)
        #expect(run.nextDeadline == .seconds(30))
    }

    @Test("What was due while a node was frozen happens when it wakes, in the order of the deadlines")
    func frozen() throws {
        let steps = """
            {"id": "slow", "task_type": "t", "queue_timeout": "2m", "on_exhausted": "skip"},
            {"id": "fast", "task_type": "t", "queue_timeout": "1m", "on_exhausted": "skip"}
            """
        var run = try WorkflowTranscript(PlanText.with(steps: steps))
        run.sleepThrough(.seconds(600))
        let woken = run.apply(.clock)
        #expect(
            woken.history.map { $0.prefix { $0 != "(" } } == [
                "attempt_failed fast #1 ",
                "step_skipped fast because out of attempts: no agent took the task within 1m",
                "attempt_failed slow #1 ",
                "step_skipped slow because out of attempts: no agent took the task within 2m",
                "workflow_completed",
            ])
    }

    @Test("Deadlines of the same moment pass in the order of the plan")
    func together() throws {
        let steps = (0..<20).map { #"{"id": "s\#($0)", "task_type": "t", "on_exhausted": "skip"}"# }
        var run = try WorkflowTranscript(PlanText.with(steps: steps.joined(separator: ",")))
        let woken = run.wait(TaskStep.defaultQueueTimeout)
        let skipped = woken.history.filter { $0.hasPrefix("step_skipped") }.compactMap {
            $0.split(separator: " ").dropFirst().first
        }
        #expect(skipped.map(String.init) == (0..<20).map { "s\($0)" })
    }
}
