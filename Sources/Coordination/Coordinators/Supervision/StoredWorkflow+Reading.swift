import JSON
import WorkflowCore

/// What the store has of a workflow becomes one again, whatever that is.
extension StoredWorkflow {
    func workflow(_ plans: PlanCache) throws(CoordinationError) -> Workflow {
        try validate()
        var plan: Plan
        do throws(PlanRejected) {
            plan = try plans.plan(self.plan)
            while let definition = added[plan.steps.count] { try plan.append(stored: definition) }
        } catch {
            throw .damaged("the stored plan of \(id) cannot be read: \(error.problems.first?.detail ?? "")")
        }
        // Where one is missing, what comes after it refers to other steps than it should.
        if let gap = added.keys.filter({ $0 >= plan.steps.count }).min() {
            throw .damaged("the stored plan of \(id) has a step \(gap) and none before it")
        }
        do throws(CheckpointDamaged) {
            return try Workflow(id: id, plan: plan, input: input, checkpoint: checkpoint)
        } catch {
            throw .damaged("\(id): \(error)")
        }
    }

    func view(of workflow: Workflow) -> WorkflowView {
        WorkflowView(
            workflow: workflow, revision: revision, committedAt: committedAt, node: owner, takeovers: takeovers,
            quarantine: quarantine)
    }

    /// What reads JSON relies on its being valid, and what is stored may have been changed by anybody.
    private func validate() throws(CoordinationError) {
        try validate(plan, "plan")
        try validate(input, "input")
        try validate(checkpoint.head, "checkpoint's head")
        for (step, text) in added { try validate(text, "definition of step \(step)") }
        for (step, text) in checkpoint.steps { try validate(text, "checkpoint of step \(step)") }
        for (step, text) in checkpoint.results { try validate(text, "result of step \(step)") }
    }

    /// A checkpoint wraps what clients and agents sent.
    private static let limits = JSONLimits(maximumDepth: 2 * JSONLimits.default.maximumDepth)

    private func validate(_ text: JSONText, _ what: String) throws(CoordinationError) {
        do throws(JSONError) {
            _ = try JSONText(validating: text.bytes, limits: Self.limits)
        } catch {
            throw .damaged("the \(what) of \(id) is not JSON: at byte \(error.offset): \(error.reason)")
        }
    }
}
