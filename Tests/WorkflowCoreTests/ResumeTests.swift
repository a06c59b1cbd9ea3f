import JSON
import Testing
import WorkflowCore

/// A large transition is stored in pieces; whoever finds only the first of them finishes it.
@Suite("Resuming")
struct ResumeTests {
    private static let steps = ["b", "c", "d"]
        .map { #"{"id": "\#($0)", "task_type": "t", "after": ["a"]}"# }.joined(separator: ", ")
    private static let plan = PlanText.with(steps: #"{"id": "a", "task_type": "t"}, \#(steps)"#)

    /// The workflow as the checkpoint has it when only the given steps' states were stored.
    private func restored(_ workflow: Workflow, only steps: Set<String>, ended: Bool = false) throws -> Workflow {
        var checkpoint = workflow.checkpoint
        checkpoint.head = workflow.checkpointHead(ended: ended)
        checkpoint.output = nil
        checkpoint.steps = checkpoint.steps.filter { steps.contains(workflow.plan.steps[$0.key].id) }
        return try Workflow(id: workflow.id, plan: workflow.plan, input: workflow.input, checkpoint: checkpoint)
    }

    @Test("Steps whose start was not stored any more are started")
    func startsTheRest() throws {
        var run = try WorkflowTranscript(Self.plan)
        run.work("a")
        var half = try restored(run.workflow, only: ["a", "b"])
        let rest = Happened(half.resume(at: run.now), since: WorkflowTranscript.start)
        let payload = #"{"input":{},"results":{"a":{}}}"#
        #expect(rest.effects == ["enqueue c #1 \(payload)", "enqueue d #1 \(payload)"])
        #expect(half.steps == run.workflow.steps)
    }

    @Test("A whole checkpoint is gone on from as it is")
    func changesNothing() throws {
        var run = try WorkflowTranscript(Self.plan)
        run.work("a")
        var whole = run.workflow
        #expect(whole.resume(at: run.now).isEmpty)
        run.cancel()
        var ended = run.workflow
        #expect(ended.resume(at: run.now).isEmpty)
    }

    @Test("A cancelling that was stored in part is finished, not forgotten")
    func finishesCancelling() throws {
        var run = try WorkflowTranscript(Self.plan)
        run.work("a")
        let before = run.workflow
        run.cancel()
        var half = try restored(run.workflow, only: ["a", "b"])
        #expect(half.status == .running)
        _ = half.resume(at: run.now)
        #expect(half.status == .cancelled)
        #expect(half.steps.allSatisfy { $0.status.isEnded })
        #expect(before.status == .running)
    }

    @Test("A failing that was stored in part fails the workflow for the same reason")
    func finishesFailing() throws {
        var run = try WorkflowTranscript(Self.plan.replacing("\"b\",", with: "\"b\", \"on_exhausted\": \"fail\","))
        run.work("a")
        run.takeAndFail("b", retryable: false)
        #expect(run.workflow.status == .failed)
        var half = try restored(run.workflow, only: ["a", "b"])
        _ = half.resume(at: run.now)
        #expect(half.status == .failed)
        #expect(half.failure == run.workflow.failure)
    }
}
