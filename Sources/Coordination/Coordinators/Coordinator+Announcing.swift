import WorkflowCore

/// What of a commit is told in this process.
extension Coordinator {
    /// Counts what is stored now, and tells those who wait for tasks. Unless it `mustCall` agents, others may have been
    /// told to do so.
    func announce(_ commit: Commit, mustCall: Bool) {
        for effect in commit.effects {
            settings.metrics.count(effect)
            switch effect {
            case .enqueue(let dispatch): announce(dispatch, of: commit, mustCall: mustCall)
            case .dequeue(let step):
                let state = workflow.steps[step]
                settings.directory.ended(TaskID(workflow: id, step: step), by: state.attempts.last?.agent)
                for agent in state.agentsToStop { settings.takes.announceStop(to: agent) }
                if let agent = state.acceptedAgent { settings.takes.announceFreeSlot(of: agent) }
                announceRoom(for: workflow.plan.steps[step].behavior.taskType)
            case .guide(_, let agent, _): settings.takes.announceStop(to: agent)
            case .record(let event) where event.kind == .stepCompleted || event.kind == .attemptFailed: tally(event)
            default: break
            }
        }
    }

    private func tally(_ event: HistoryEvent) {
        guard let step = event.stepID.flatMap({ workflow.plan.ordinals[$0] }),
            let type = workflow.plan.steps[step].behavior.taskType
        else { return }
        settings.tallies.count(event, of: type, workflow.steps[step])
    }

    /// Of a type of which only so many tasks may be held at once one more may be taken.
    private func announceRoom(for type: String?) {
        guard let type, settings.taskTypes.settings(of: type)?.maximumConcurrency != nil else { return }
        settings.takes.announce(TaskCall(type))
    }

    private func announce(_ dispatch: TaskDispatch, of commit: Commit, mustCall: Bool) {
        let (type, lane) = (dispatch.taskType, commit.lanes[dispatch.task.step])
        settings.takes.announce(TaskCall(type, for: lane?.audience ?? .pool), passesOn: mustCall)
        guard let wait = commit.waits[dispatch.task.step] else { return }
        // Its agent may have gone a moment ago, or lets the time pass.
        let others = TaskCall(type, for: lane?.withoutAgent?.audience ?? .pool)
        if mustCall { settings.takes.announce(others) }
        settings.takes.recall(others, after: wait, on: loop)
    }
}
