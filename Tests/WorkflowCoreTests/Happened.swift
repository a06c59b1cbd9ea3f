import WorkflowCore

/// What one or more transitions did, in lines: the history they wrote, and everything else they asked for.
struct Happened: Equatable {
    var outcome: Outcome
    var history: [String] = []
    var effects: [String] = []
    var changedSteps: [Int] = []

    init(_ transition: Transition, since start: Instant) {
        outcome = transition.outcome
        changedSteps = transition.changedSteps
        for effect in transition.effects {
            if case .record = effect {
                history.append(effect.line(since: start))
            } else {
                effects.append(effect.line(since: start))
            }
        }
    }

    mutating func append(_ next: Happened) {
        outcome = next.outcome
        history += next.history
        effects += next.effects
        changedSteps += next.changedSteps
    }
}
