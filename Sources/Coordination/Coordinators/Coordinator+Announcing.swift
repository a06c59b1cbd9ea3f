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
                announceRoom(for: workflow.plan.steps[step].behavior.taskType)
            case .guide(_, let agent, _): settings.takes.announceStop(to: agent)
            default: break
            }
        }
    }

    /// Of a type of which only so many tasks may be held at once one more may be taken.
    private func announceRoom(for type: String?) {
        guard let type, settings.taskTypes.settings(of: type)?.maximumConcurrency != nil else { return }
        settings.takes.announce(type)
    }
}
