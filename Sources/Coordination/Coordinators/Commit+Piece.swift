import WorkflowCore

/// A commit is made of a piece of a transition.
extension Commit {
    /// What is stored of a piece of the transition that led to `workflow`. Only the last piece may end the workflow.
    init(
        _ piece: CommitPiece, of workflow: Workflow, isLast: Bool, revision: Int, traceparent: String,
        _ settings: CoordinatorSettings
    ) {
        let isEnded = isLast && workflow.status.isTerminal
        self.init(
            workflow: workflow.id, node: settings.node, revision: revision, nonce: settings.random.next(),
            createdAt: workflow.createdAt,
            status: isEnded || !workflow.status.isTerminal ? workflow.status : .running,
            head: workflow.checkpointHead(ended: isLast),
            steps: piece.steps.map { ($0, workflow.steps[$0].encoded) }, effects: piece.effects,
            traceparent: traceparent,
            forgetAt: isEnded ? (workflow.endedAt ?? workflow.createdAt) + settings.retention : nil)
    }
}
