import WorkflowCore

/// A commit is made of a piece of a transition.
extension Commit {
    /// What is stored of a piece of the transition that led to `workflow`. Only the last piece may end the workflow.
    init(
        _ piece: CommitPiece, of workflow: Workflow, isLast: Bool, revision: Int, traceparent: String,
        at now: Instant, letters: [AnsweredLetter] = [], _ settings: CoordinatorSettings
    ) {
        let isEnded = isLast && workflow.status.isTerminal
        let (lanes, waits) = settings.taskTypes.lanes(of: piece.effects, in: workflow, settings.directory)
        self.init(
            workflow: workflow.id, node: settings.node, revision: revision, nonce: settings.random.next(),
            createdAt: workflow.createdAt, at: now,
            status: isEnded || !workflow.status.isTerminal ? workflow.status : .running,
            head: workflow.checkpointHead(ended: isLast),
            steps: piece.steps.map { ($0, workflow.steps[$0].encoded) }, effects: piece.effects,
            traceparent: traceparent,
            forgetAt: isEnded ? (workflow.endedAt ?? workflow.createdAt) + settings.retention : nil,
            letters: isLast ? letters : [], stops: piece.stops(in: workflow),
            lanes: lanes, waits: waits,
            newTypes: settings.taskTypes.unlisted(of: piece.effects))
    }
}

extension CommitPiece {
    fileprivate func stops(in workflow: Workflow) -> [AgentID] {
        effects.flatMap { effect -> [AgentID] in
            if case .dequeue(let step) = effect { workflow.steps[step].agentsToStop } else { [] }
        }
    }
}

extension StepState {
    /// Whoever may be at work on an attempt whose entry has left its queue, and may be waiting to be told: the current
    /// one's agent and the former one's. Who answered knows.
    var agentsToStop: [AgentID] {
        attempts.suffix(2).compactMap { $0.number == acceptedAttempt ? nil : $0.agent }
    }

    var acceptedAgent: AgentID? {
        attempts.last { $0.number == acceptedAttempt }?.agent
    }
}
