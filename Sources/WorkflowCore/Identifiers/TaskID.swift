/// The name of a step's piece of work, the same over all its attempts: `task_<partition>_<token>_<step>`.
package struct TaskID: Hashable, Sendable, CustomStringConvertible {
    package let workflow: WorkflowID
    /// The step's place in the plan, from 0.
    package let step: Int

    package init(workflow: WorkflowID, step: Int) {
        self.workflow = workflow
        self.step = step
    }

    package init?(_ text: String) {
        guard let parts = IdentifierText.split(text, prefix: "task", numbers: 1) else { return nil }
        self.init(workflow: parts.workflow, step: parts.numbers[0])
    }

    package var description: String { "task_\(workflow.suffix)_\(step)" }
}
