import JSON
import Testing
import WorkflowCore

/// Attempts that get nowhere, as far as their reports tell.
@Suite("Getting nowhere")
struct StuckTests {
    private static func plan(_ action: String, _ rules: String) -> String {
        PlanText.only(
            #""timeout": "1h", "retry": {"max_attempts": 2, "initial_backoff": "0ms"}, "on_stuck": "\#(action)", "#
                + #""stuck": {\#(rules)}"#)
    }

    private static func report(
        _ fingerprint: String? = nil, toolCall: String? = nil, tokens: Double? = nil, percent: Int? = nil
    ) -> ProgressReport {
        var report = ProgressReport(percent: percent)
        report.fingerprint = fingerprint
        report.toolCall = toolCall
        if let tokens { report.usage = ["tokens": tokens] }
        return report
    }

    @Test("The same fingerprint in so many reports is told once, until something new is reported")
    func warning() throws {
        var run = try WorkflowTranscript(Self.plan("warn", #""after_heartbeats": 3"#))
        run.take("only")
        run.report("only", Self.report("a"))
        run.report("only", Self.report("a"))
        #expect(run.state("only").long.vigil?.warning == nil)
        let third = run.report("only", Self.report("a"))
        #expect(third.history.count == 2)
        #expect(third.history[1].hasPrefix("step_stuck only #1 by ada because nothing new in 3 heartbeats, since "))
        #expect(run.report("only", Self.report("a")).history.count == 1)
        run.report("only", Self.report("b"))
        #expect(run.state("only").long.vigil?.warning == nil)
        run.report("only", Self.report("b"))
        #expect(run.report("only", Self.report("b")).history.count == 2)
        #expect(run.complete("only").outcome == .accepted)
        #expect(!run.state("only").hasLongWork)
    }

    @Test("What heartbeats told is acted on as well, unless something new was reported since")
    func heartbeats() throws {
        var run = try WorkflowTranscript(Self.plan("retry", #""after_heartbeats": 3"#))
        run.take("only")
        run.sleepThrough(.seconds(5))
        let early = run.now
        run.sleepThrough(.seconds(5))
        run.report("only", Self.report(percent: 10))
        run.sleepThrough(.seconds(5))
        let old = StepEvent.stalled(attempt: 1, by: .ada, heartbeats: 3, since: early)
        #expect(run.apply(.step(0, old)).history.isEmpty)
        // As many again came since, nearly.
        run.sleepThrough(.milliseconds(2499))
        let nearly = StepEvent.stalled(attempt: 1, by: .ada, heartbeats: 5, since: early)
        #expect(run.apply(.step(0, nearly)).history.isEmpty)
        let new = StepEvent.stalled(attempt: 1, by: .ada, heartbeats: 3, since: run.now)
        let stalled = run.apply(.step(0, new))
        #expect(stalled.history.first?.contains("(stuck: nothing new in 3 heartbeats") == true)
        #expect(stalled.effects.first == "dequeue step 0")
        #expect(run.statuses == "only queued")
        #expect(run.apply(.step(0, new)).outcome == .refused(.attemptOver(current: 2)))
    }

    @Test("The same tool call again and again")
    func toolCalls() throws {
        var run = try WorkflowTranscript(Self.plan("retry", #""same_tool_calls": 3"#))
        run.take("only")
        run.report("only", Self.report(toolCall: "read(a)"))
        run.report("only", Self.report(toolCall: "read(b)"))
        run.report("only", Self.report(toolCall: "read(b)"))
        run.report("only", Self.report())
        let last = run.report("only", Self.report(toolCall: "read(b)"))
        #expect(last.history[1].contains("(stuck: the same tool call 3 times in a row: read(b))"))
        #expect(run.statuses == "only queued")
    }

    @Test("Cost without anything new, counted from what was reported last")
    func usage() throws {
        var run = try WorkflowTranscript(Self.plan("warn", #""usage": {"tokens": 100}"#))
        run.take("only")
        run.report("only", Self.report("a", tokens: 90))
        run.report("only", Self.report("a", tokens: 189))
        #expect(run.state("only").long.vigil?.warning == nil)
        run.report("only", Self.report("b", tokens: 250))
        run.report("only", Self.report("b", tokens: 349))
        #expect(run.state("only").long.vigil?.warning == nil)
        run.report("only", Self.report("b", tokens: 350))
        #expect(run.state("only").long.vigil?.warning?.hasPrefix("100 tokens since ") == true)
    }

    @Test("A person is asked although attempts are left, and a late result still counts")
    func escalating() throws {
        var run = try WorkflowTranscript(Self.plan("escalate", #""same_tool_calls": 2"#))
        run.take("only")
        run.report("only", Self.report(toolCall: "read(a)"))
        let last = run.report("only", Self.report(toolCall: "read(a)"))
        #expect(last.effects.first == "dequeue step 0")
        #expect(last.effects.last?.hasPrefix("open escalation 1 of only: stuck the same tool call 2 times") == true)
        #expect(run.statuses == "only escalated")
        #expect(run.complete("only").outcome == .accepted)
        #expect(run.workflow.status == .completed)
    }

    @Test("Each attempt is judged for itself")
    func anew() throws {
        var run = try WorkflowTranscript(Self.plan("warn", #""after_heartbeats": 2"#))
        run.take("only")
        run.report("only", Self.report("a"))
        run.fail("only")
        run.take("only", by: .bob)
        #expect(run.report("only", by: .bob, Self.report("a")).history.count == 1)
        #expect(run.report("only", by: .bob, Self.report("a")).history.count == 2)
    }

    @Test("What is wrong with the rules is told when the plan is read")
    func rules() {
        for (fields, pointer) in [
            (#""stuck": {}"#, "/steps/0/stuck"),
            (#""stuck": {"after_heartbeats": 1}"#, "/steps/0/stuck/after_heartbeats"),
            (#""stuck": {"usage": {"tokens": 0}}"#, "/steps/0/stuck/usage/tokens"),
            (#""stuck": {"usage": {}}"#, "/steps/0/stuck/usage"),
            (#""on_stuck": "stop""#, "/steps/0/on_stuck"),
            (#""heartbeat_timeout": "0s""#, "/steps/0/heartbeat_timeout"),
        ] {
            let text = JSONText(unchecked: Array(PlanText.only(fields).utf8))
            do {
                _ = try Plan(text)
                Issue.record("\(fields) was accepted")
            } catch {
                #expect(error.problems.map(\.pointer) == [pointer])
            }
        }
    }
}
