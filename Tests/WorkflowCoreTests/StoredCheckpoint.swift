import JSON
import Testing
import WorkflowCore

/// What a store would hold after each commit: only what a transition says has changed is written anew.
struct StoredCheckpoint {
    private(set) var checkpoint: Checkpoint
    private var plan: Plan

    init(plan: Plan) {
        self.plan = plan
        checkpoint = Checkpoint(head: .null, steps: [:], results: [:], output: nil)
    }

    mutating func commit(_ transition: Transition, of workflow: Workflow) {
        checkpoint.head = workflow.checkpointHead
        for step in transition.changedSteps {
            let state = workflow.steps[step]
            checkpoint.steps[step] = state == StepState() ? nil : state.encoded
        }
        for effect in transition.effects {
            switch effect {
            case .saveResult(let step, let text):
                #expect(checkpoint.results.updateValue(text, forKey: step) == nil, "a result is written once")
            case .saveOutput(let text):
                #expect(checkpoint.output == nil, "the output is written once")
                checkpoint.output = text
            case .addStep(let step, let definition):
                #expect(step == plan.steps.count, "steps are added one after the other")
                #expect(throws: Never.self) { try plan.append(stored: definition) }
            default: break
            }
        }
        let whole = workflow.checkpoint
        #expect(checkpoint.head == whole.head)
        #expect(checkpoint.steps == whole.steps, "every changed step is named by its transition")
        #expect(checkpoint.results == whole.results)
        #expect(checkpoint.output == whole.output)
    }

    /// The workflow as another node would go on with it.
    func restored(like workflow: Workflow) throws(CheckpointDamaged) -> Workflow {
        try Workflow(id: workflow.id, plan: plan, input: workflow.input, checkpoint: checkpoint)
    }
}
