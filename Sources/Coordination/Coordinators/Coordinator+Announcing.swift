import WorkflowCore

/// What of a commit is told in this process.
extension Coordinator {
    /// Counts what is stored now, and tells those who wait for tasks. Unless it `mustCall` agents, others may have been
    /// told to do so.
    func announce(_ piece: CommitPiece, mustCall: Bool) {
        for effect in piece.effects {
            settings.metrics.count(effect)
            switch effect {
            case .enqueue(let dispatch): settings.takes.announce(dispatch.taskType, passesOn: mustCall)
            case .dequeue(let step):
                let state = workflow.steps[step]
                for agent in state.agentsToStop { settings.takes.announceStop(to: agent) }
                if let agent = state.acceptedAgent { settings.takes.announceFreeSlot(of: agent) }
            default: break
            }
        }
    }
}
