/// Answers that come once more because the first receipt was lost on its way.
extension Workflow {
    /// Whether exactly this answer was accepted before: the same agent, attempt and content.
    func repeats(_ event: StepEvent, of step: Int) -> Bool {
        let state = steps[step]
        switch event {
        case .completed(let attempt, let agent, let result):
            return state.acceptedAttempt == attempt && state.attempt(attempt)?.agent == agent
                && results[step] == result
        case .failed(let attempt, let agent, let failure):
            guard let ended = state.attempt(attempt), ended.agent == agent else { return false }
            return ended.endedAt != nil && ended.failure == failure.failure
        case .asked(let attempt, let agent, let question):
            guard let ended = state.attempt(attempt), ended.agent == agent else { return false }
            return ended.asked?.isSame(as: question) == true
        case .guided(let text, let by): return state.long.guidance.contains { $0.text == text && $0.by == by }
        case .taken, .progressed, .heard, .stalled, .acknowledged, .agentGone: return false
        }
    }
}
