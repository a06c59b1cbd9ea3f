import JSON

/// The name of a step's piece of work, the same over all its attempts: `task_<partition>_<token>_<step>`.
package struct TaskID: Hashable, Sendable, PlainText {
    package let workflow: WorkflowID
    /// The step's place in the plan, from 0.
    package let step: Int

    package init(workflow: WorkflowID, step: Int) {
        self.workflow = workflow
        self.step = step
    }

    package init?(_ text: String) {
        guard let parts = IdentifierText.numbered(text, prefix: "task_") else { return nil }
        self.init(workflow: parts.workflow, step: parts.number)
    }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        bytes += "task_".utf8
        workflow.appendSuffix(to: &bytes, number: step)
    }
}
