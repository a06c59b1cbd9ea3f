/// Notes to whoever works on a task.
extension Workflow {
    mutating func guide(_ step: Int, _ text: String, by: String, at now: Instant) -> Outcome {
        let state = steps[step]
        switch state.status {
        case .queued, .running, .backingOff: break
        case .pending, .waiting, .escalated: return .refused(.notOpen(state.status))
        case .completed, .skipped, .failed, .cancelled:
            return .refused(.alreadyAnswered(acceptedAttempt: state.acceptedAttempt, status: state.status))
        }
        guard state.long.guidance.count < Guidance.limit else {
            return .refused(.tooMuchGuidance(limit: Guidance.limit))
        }
        isDurable = true
        let note = Guidance(number: state.long.guidanceCount + 1, text: text, by: by, at: now)
        update(step) { state in
            state.long.guidanceCount = note.number
            state.long.guidance.append(note)
        }
        let agent = state.status == .running ? state.attempt?.agent : nil
        // Of a task that nobody has yet the agent is told when it takes it.
        if let agent { effects.append(.guide(step: step, agent, note)) }
        record(.stepGuided, at: now, step: step) { event in
            event.agent = agent
            event.by = by
            event.reason = text
        }
        return .accepted
    }

    mutating func acknowledge(_ step: Int, through number: Int, by agent: AgentID, at now: Instant) -> Outcome {
        let known = steps[step].long.guidance.map(\.number).filter { $0 <= number }
        guard !known.isEmpty else { return .duplicate }
        isDurable = true
        update(step) { $0.long.guidance.removeAll { $0.number <= number } }
        effects.append(.forgetGuidance(step: step, agent, numbers: known))
        let attempt = steps[step].attempt?.number
        record(.guidanceAcknowledged, at: now, step: step) { event in
            event.attempt = attempt
            event.agent = agent
        }
        return .accepted
    }
}
