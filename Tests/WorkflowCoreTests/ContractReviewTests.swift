import JSON
import Testing
import WorkflowCore

/// The plan language's own example from start to end, and what templates and conditions make of it.
@Suite("The contract review")
struct ContractReviewTests {
    @Test("Four steps one after another end with the output")
    func happyPath() throws {
        var run = try WorkflowTranscript(PlanText.contractReview, input: #"{"document": "Ünder §1"}"#)
        #expect(run.started.history == ["workflow_started", "step_queued classify #1"])
        #expect(run.started.effects == [#"enqueue classify #1 {"text":"Ünder §1"}"#])

        #expect(run.take("classify").history == ["step_started classify #1 by ada"])
        let classified = run.complete("classify", result: #"{"kind": "nda"}"#)
        #expect(classified.history == ["step_completed classify #1 by ada", "step_queued extract #1"])
        #expect(
            classified.effects == [
                "dequeue step 0", #"result of step 0 is {"kind": "nda"}"#,
                #"enqueue extract #1 {"text":"Ünder §1","kind":"nda"}"#,
            ])
        #expect(run.statuses == "classify completed, extract queued, validate pending, summarize pending")

        #expect(
            run.work("extract", by: .bob, result: #"{"parties":2}"#).effects.last
                == #"enqueue validate #1 {"input":{"document": "Ünder §1"},"results":{"extract":{"parties":2}}}"#)
        run.work("validate", result: "true")
        run.wait(.seconds(2))
        let summarized = run.work("summarize", result: #"{"text": "fine"}"#)
        #expect(summarized.history == ["step_completed summarize #1 by ada", "workflow_completed"])
        #expect(summarized.effects.last == #"output is {"summary":"fine"}"#)
        #expect(run.workflow.status == .completed)
        #expect(run.workflow.endedAt == WorkflowTranscript.start + .seconds(2))
        #expect(run.nextDeadline == nil)
    }

    @Test("A step whose 'when' does not hold is skipped, and what comes after it goes on")
    func skipped() throws {
        var run = try WorkflowTranscript(PlanText.contractReview, input: #"{"document": "?"}"#)
        run.work("classify", result: #"{"kind": "unknown"}"#)
        let extracted = run.work("extract")
        #expect(
            extracted.history == [
                "step_completed extract #1 by ada", "step_skipped validate because 'when' does not hold",
                "step_queued summarize #1",
            ])
        #expect(run.statuses == "classify completed, extract completed, validate skipped, summarize queued")
    }

    @Test("A chain of 10,000 skipped steps is walked without recursion", .timeLimit(.minutes(1)))
    func longChain() throws {
        try expectChainEnds(#""when": "`false`""#)
    }

    @Test(
        "A chain of 10,000 steps that each fail to start and are skipped is walked without recursion",
        .timeLimit(.minutes(1)))
    func longChainOfFailures() throws {
        try expectChainEnds(#""payload": "${abs(input.word)}", "on_exhausted": "skip""#)
    }

    private func expectChainEnds(_ fields: String) throws {
        let steps = (0..<10_000).map { step in
            let after = step == 0 ? "" : #""s\#(step - 1)""#
            return #"{"id": "s\#(step)", "task_type": "t", "after": [\#(after)], \#(fields)}"#
        }
        let plan = try Plan(JSONText(validating: Array(PlanText.with(steps: steps.joined(separator: ",")).utf8)))
        let input = try JSONText(validating: Array(#"{"word": "x"}"#.utf8))
        let (workflow, transition) = Workflow.start(
            id: WorkflowTranscript.id, plan: plan, input: input, at: WorkflowTranscript.start)
        #expect(workflow.status == .completed)
        #expect(transition.changedSteps.count == 10_000)
        #expect(workflow.output?.string == "{}")
    }

    @Test("Steps that become ready together are queued in the order of the plan")
    func order() throws {
        let steps = ["c", "a", "b"].map { #"{"id": "\#($0)", "task_type": "t"}"# }.joined(separator: ",")
        let run = try WorkflowTranscript(PlanText.with(steps: steps))
        #expect(
            run.started.history == ["workflow_started", "step_queued c #1", "step_queued a #1", "step_queued b #1"])
    }

    @Test("Without an output of its own a workflow gives every completed step's result by its id")
    func defaultOutput() throws {
        let steps = #"{"id": "a", "task_type": "t"}, {"id": "b", "task_type": "t", "when": "`false`"}"#
        var run = try WorkflowTranscript(PlanText.with(steps: steps))
        run.work("a", result: "[1, 2]")
        #expect(run.workflow.output?.string == #"{"a":[1, 2]}"#)
    }
}
