import JSON

/// The name of a question to a human: `esc_<partition>_<token>_<number>`, numbered from 1 within its workflow. The
/// number 0 is the question about a workflow in quarantine, which no step asks.
package struct EscalationID: Hashable, Sendable, PlainText {
    package let workflow: WorkflowID
    package let number: Int

    package init(workflow: WorkflowID, number: Int) {
        self.workflow = workflow
        self.number = number
    }

    package init?(_ text: String) {
        guard let parts = IdentifierText.numbered(text, prefix: "esc_") else { return nil }
        self.init(workflow: parts.workflow, number: parts.number)
    }

    /// The question that is asked when nobody can go on with a workflow.
    package static func quarantine(of workflow: WorkflowID) -> EscalationID {
        EscalationID(workflow: workflow, number: 0)
    }

    package var isQuarantine: Bool { number == 0 }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        bytes += "esc_".utf8
        workflow.appendSuffix(to: &bytes, number: number)
    }
}
