import WorkflowCore

/// What a coordinator has applied and not stored yet.
struct Uncommitted {
    private(set) var effects: [Effect] = []
    /// In the order of their changes, and some more than once.
    private(set) var steps: [Int] = []
    private(set) var letters: [AnsweredLetter] = []
    /// It has to be stored before anyone is answered.
    private(set) var isDurable = false
    /// When it is stored at the latest.
    private(set) var dueAt: Instant?

    var isEmpty: Bool { effects.isEmpty && steps.isEmpty && letters.isEmpty }

    mutating func add(_ transition: Transition, dueAt: Instant) {
        // Nearly always the first since the last commit, which then is not copied.
        if effects.isEmpty { effects = transition.effects } else { effects += transition.effects }
        if steps.isEmpty { steps = transition.changedSteps } else { steps += transition.changedSteps }
        isDurable = isDurable || transition.isDurable
        self.dueAt = self.dueAt ?? dueAt
    }

    /// A letter is taken in with what it changed, were it nothing.
    mutating func add(_ letter: AnsweredLetter) {
        letters.append(letter)
        isDurable = true
    }
}
