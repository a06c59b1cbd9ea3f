import JSON
import Testing
import WorkflowCore

/// What is stored is enough to go on from, and what is damaged is not gone on from.
@Suite("Checkpoints")
struct CheckpointTests {
    private func restore(_ checkpoint: Checkpoint) throws -> Workflow {
        let plan = try Plan(JSONText(validating: Array(PlanText.contractReview.utf8)))
        return try Workflow(id: WorkflowTranscript.id, plan: plan, input: "{}", checkpoint: checkpoint)
    }

    @Test("Everything that a step's state holds survives")
    func everything() throws {
        var run = try WorkflowTranscript(PlanText.only(#""timeout": "30s", "retry": {"max_attempts": 2}"#))
        run.take("only")
        run.report("only", ProgressReport(percent: 3, message: "\"quoted\" \u{1} \u{1F9E0}"))
        run.fail("only")
        run.wait(.seconds(1))
        run.takeAndFail("only")
        run.resolve(1, .retry(payload: #"{"a":[1.0]}"#))
        run.lose(.bob, holding: "only")
        let workflow = run.workflow
        let restored = try Workflow(
            id: workflow.id, plan: workflow.plan, input: workflow.input, checkpoint: workflow.checkpoint)
        #expect(restored.steps == workflow.steps)
        #expect(restored.createdAt == workflow.createdAt)
        #expect(restored.escalationCount == 1)
    }

    @Test("What has ended stays ended")
    func ended() throws {
        var run = try WorkflowTranscript(PlanText.only(#""on_exhausted": "fail""#))
        run.takeAndFail("only", retryable: false)
        let workflow = run.workflow
        let restored = try Workflow(
            id: workflow.id, plan: workflow.plan, input: workflow.input, checkpoint: workflow.checkpoint)
        #expect(restored.status == .failed)
        #expect(restored.endedAt == workflow.endedAt)
        #expect(restored.failure == workflow.failure)
    }

    @Test("A step that nothing happened to costs nothing")
    func small() throws {
        let run = try WorkflowTranscript(PlanText.contractReview)
        #expect(run.workflow.checkpoint.steps.keys.sorted() == [0])
        #expect(
            run.workflow.checkpoint.head.string
                == #"{"status":"running","created_at":1800000000000,"escalations":0}"#)
    }

    @Test(
        "A damaged checkpoint is refused, not guessed at",
        arguments: [
            Checkpoint(head: "{}", steps: [:], results: [:], output: nil),
            Checkpoint(head: "null", steps: [:], results: [:], output: nil),
            Checkpoint(head: #"{"status":"dancing","created_at":1}"#, steps: [:], results: [:], output: nil),
            Checkpoint(head: #"{"status":"running","created_at":1}"#, steps: [4: "{}"], results: [:], output: nil),
            Checkpoint(head: #"{"status":"running","created_at":1}"#, steps: [-1: "{}"], results: [:], output: nil),
            Checkpoint(head: #"{"status":"running","created_at":1}"#, steps: [0: "{}"], results: [:], output: nil),
            Checkpoint(
                head: #"{"status":"running","created_at":1}"#, steps: [0: #"{"status":"queued","attempts":[{}]}"#],
                results: [:], output: nil),
        ])
    func damaged(_ checkpoint: Checkpoint) {
        #expect(throws: CheckpointDamaged.self) { try restore(checkpoint) }
    }
}
