import WorkflowCore

/// What lies beside a checkpoint, as events for the workflow.
extension Surroundings {
    /// What the queues know of the workflow and its checkpoint need not.
    func takes(of workflow: Workflow) -> [Event] {
        takes.compactMap { take in
            guard workflow.steps.indices.contains(take.step), let attempt = workflow.steps[take.step].attempt else {
                return nil
            }
            return .step(take.step, .taken(attempt: attempt.number, by: take.agent, at: take.at))
        }
    }
    /// When each of these steps was last heard of, be it known beside the checkpoint or only in it.
    func heard(of workflow: Workflow, _ steps: [Int], asOf: Instant?) -> [Event] {
        guard !steps.isEmpty else { return [] }
        let takes = Dictionary(takes.map { ($0.step, $0) }) { first, _ in first }
        return steps.compactMap { step in
            let state = workflow.steps[step]
            guard let attempt = state.attempt, let agent = attempt.agent, let known = state.long.heardAt else {
                return nil
            }
            let take = takes[step].flatMap { $0.agent == agent ? $0 : nil }
            let at = max(take?.heardAt ?? known, known)
            return .step(step, .heard(attempt: attempt.number, by: agent, at: at, asOf: asOf ?? at))
        }
    }
}
