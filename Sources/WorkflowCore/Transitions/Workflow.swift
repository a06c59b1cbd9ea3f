import HeapModule
package import JSON

/// One run: its plan, what is known so far, and the rules by which events change it.
///
/// `apply` is pure: it reads no clock, draws no chance and does no I/O. The same plan, events and times give the
/// same state and effects. A transition's cost follows what it changes, not the size of the plan.
package struct Workflow: Sendable {
    package let id: WorkflowID
    package internal(set) var plan: Plan
    package let input: JSONText
    package let createdAt: Instant
    /// From when on its deadline is counted: its creation, or when it was last tried again.
    private(set) var begunAt: Instant

    package internal(set) var status = WorkflowStatus.running
    package internal(set) var endedAt: Instant?
    package internal(set) var failure: Failure?
    package internal(set) var output: JSONText?
    /// Parallel to `plan.steps`.
    package internal(set) var steps: [StepState]
    package internal(set) var results: [Int: JSONText] = [:]
    /// How the run is to end, of which only a part is stored.
    var ending: WorkflowStatus?
    /// How many escalations were ever opened; the next one's number is one higher.
    package internal(set) var escalationCount = 0

    // What follows is derived from the above, so that no transition has to look at every step.
    /// For each step, how many of those it comes after have not ended.
    var unmetDependencies: [Int]
    var activeSteps = 0
    var escalatedSteps = 0
    var unendedSteps: Int
    /// The bytes of all payloads that are on queues or in open escalations.
    var openPayloads = 0
    var deadlines = Heap<Deadline>()
    /// When attempts of which nothing is heard have failed. Time alone does not decide that: whoever applies events
    /// has to find out first what was heard elsewhere.
    var silences = Heap<Deadline>()

    // The transition being made.
    var parsed = ParsedValues()
    var effects: [Effect] = []
    /// In the order of their changes, and some more than once.
    var changedSteps: [Int] = []
    var isDurable = false
    /// Steps that nothing holds back any more, and how far `startReady` has come in them.
    var ready: [Int] = []
    var readyIndex = 0
    var isStarting = false

    init(id: WorkflowID, plan: Plan, input: JSONText, createdAt: Instant) {
        self.id = id
        self.plan = plan
        self.input = input
        self.createdAt = createdAt
        begunAt = createdAt
        steps = [StepState](repeating: StepState(), count: plan.steps.count)
        unmetDependencies = plan.steps.map(\.after.count)
        unendedSteps = plan.steps.count
        begin(at: createdAt)
    }

    /// Counts the run's deadline from here on.
    mutating func begin(at time: Instant) {
        begunAt = time
        if let runDeadline { deadlines.insert(Deadline(at: runDeadline, step: nil)) }
    }

    /// Starts a run: every step that comes after nothing starts at once.
    package static func start(
        id: WorkflowID, plan: Plan, input: JSONText, at now: Instant
    ) -> (workflow: Workflow, transition: Transition) {
        var workflow = Workflow(id: id, plan: plan, input: input, createdAt: now)
        workflow.isDurable = true
        workflow.record(.workflowStarted, at: now)
        workflow.startReady(plan.steps.indices.filter { plan.steps[$0].after.isEmpty }, at: now)
        let transition = workflow.finishTransition(.accepted, at: now)
        return (workflow, transition)
    }

    /// Finishes what the transition before a crash had begun: a large one is stored in pieces, and the checkpoint may
    /// have only the first of them. A workflow whose checkpoint is whole is not changed.
    package mutating func resume(at now: Instant) -> Transition {
        guard !status.isTerminal else { return finishTransition(.accepted, at: now) }
        if let ending {
            end(ending, failure: failure, at: now)
        } else if let step = steps.firstIndex(where: { $0.status == .failed }) {
            end(.failed, failure: steps[step].failure.map { failure(of: step, $0) }, at: now)
        } else if let runDeadline, runDeadline <= now {
            passDeadlines(at: now)
        } else if steps.contains(where: { $0.status == .cancelled }) {
            end(.cancelled, failure: nil, at: now)
        } else {
            startReady(steps.indices.filter { unmetDependencies[$0] == 0 && steps[$0].status == .pending }, at: now)
        }
        return finishTransition(.accepted, at: now)
    }

    /// Makes the event's transition, in place.
    package mutating func apply(_ event: Event, at now: Instant) -> Transition {
        guard !status.isTerminal else { return finishTransition(refusal(of: event), at: now) }
        let outcome: Outcome
        switch event {
        case .step(let step, let stepEvent):
            guard plan.steps.indices.contains(step) else {
                outcome = .refused(.unknownTask)
                break
            }
            let isRepeated = repeats(stepEvent, of: step)
            outcome =
                isRepeated ? .duplicate : plan.steps[step].behavior.apply(stepEvent, to: step, of: &self, at: now)
        case .clock:
            passDeadlines(at: now)
            outcome = .accepted
        case .cancel(let by, let reason):
            cancel(by: by, reason: reason, at: now)
            outcome = .accepted
        case .resolve(let escalation, let resolution):
            outcome = resolve(escalation, with: resolution, at: now)
        case .handle(let escalation, let act): outcome = handle(escalation, act, at: now)
        case .add(let steps): outcome = add(steps, at: now)
        case .finish(let end): outcome = finish(end, at: now)
        }
        return finishTransition(outcome, at: now)
    }

    /// Whether a task has waited for an agent as long as it may, as far as is known here.
    package mutating func isQueueTimeOver(at now: Instant) -> Bool {
        var due: [Deadline] = []
        defer { deadlines.insert(contentsOf: due) }
        while let next = deadlines.min, next.at <= now {
            due.append(deadlines.removeMin())
            if let step = next.step, isCurrent(next), steps[step].status == .queued { return true }
        }
        return false
    }

    /// When `apply(.clock)` next has something to do, or `stepsHeardOf` is to be asked about.
    package mutating func nextDeadline() -> Instant? {
        let silence = nextSilence()
        while let next = deadlines.min {
            if isCurrent(next) { return silence.map { min($0, next.at) } ?? next.at }
            deadlines.removeMin()
        }
        return silence
    }

    /// The terminal workflow's answer: what is asked of it has been decided before.
    private func refusal(of event: Event) -> Outcome {
        switch event {
        case .step(let step, let stepEvent):
            guard plan.steps.indices.contains(step) else { return .refused(.unknownTask) }
            if repeats(stepEvent, of: step) { return .duplicate }
            let state = steps[step]
            return .refused(.alreadyAnswered(acceptedAttempt: state.acceptedAttempt, status: state.status))
        case .clock: return .accepted
        case .cancel: return .refused(.workflowEnded(status))
        case .resolve(let number, _), .handle(let number, _):
            return .refused(number <= escalationCount && number > 0 ? .alreadyResolved : .unknownEscalation)
        case .add(let steps): return refusal(ofAdding: steps)
        case .finish(let end):
            guard plan.isExternal else { return .refused(.notExternal) }
            return hasEnded(as: end) ? .duplicate : .refused(.workflowEnded(status))
        }
    }

    private mutating func passDeadlines(at now: Instant) {
        while let next = deadlines.min, next.at <= now, !status.isTerminal {
            deadlines.removeMin()
            guard isCurrent(next) else { continue }
            if let step = next.step {
                plan.steps[step].behavior.deadlinePassed(for: step, of: &self, at: now)
            } else {
                let message = "the workflow did not end within its deadline of \(plan.deadline?.text ?? "")"
                end(.failed, failure: Failure(code: Failure.deadlineCode, message: message), at: now)
            }
        }
    }

    /// A deadline that was moved or met stays in the heap until its time, and is then passed over; but not so many that
    /// the heap outgrows the plan: an agent may move its deadline as often as it likes.
    mutating func forgetDeadlinesPassedOver() {
        guard deadlines.count > 2 * steps.count + 64 else { return }
        var seen: Set<Deadline> = []
        deadlines = Heap(deadlines.unordered.filter { isCurrent($0) && seen.insert($0).inserted })
    }

    /// How many are remembered, those passed over included.
    package var deadlineCount: Int { deadlines.count }

    /// When the run as a whole has to have ended.
    var runDeadline: Instant? { plan.deadline.map { begunAt + $0 } }

    private func isCurrent(_ deadline: Deadline) -> Bool {
        guard let step = deadline.step else { return !status.isTerminal && deadline.at == runDeadline }
        return steps[step].deadline == deadline.at
    }

    mutating func finishTransition(_ outcome: Outcome, at now: Instant) -> Transition {
        if !status.isTerminal { settle(at: now) }
        let transition = Transition(
            outcome: outcome, effects: effects, changedSteps: changedSteps.sortedOnce(), isDurable: isDurable)
        effects = []
        changedSteps = []
        isDurable = false
        parsed = ParsedValues()
        return transition
    }
}

extension [Int] {
    /// In ascending order, each one once.
    package consuming func sortedOnce() -> [Int] {
        guard count > 1 else { return self }
        sort()
        var kept = 1
        for index in 1..<count where self[index] != self[kept - 1] {
            self[kept] = self[index]
            kept += 1
        }
        removeSubrange(kept...)
        return self
    }
}

/// When a wait ends by itself; without a step it is the whole workflow's.
///
/// Ordered by step within a moment: a heap of equals gives them in the order of its history, and a restored workflow
/// has another history than the one that lived on.
package struct Deadline: Comparable, Hashable, Sendable {
    let at: Instant
    let step: Int?

    package static func < (left: Deadline, right: Deadline) -> Bool {
        (left.at, left.step ?? -1) < (right.at, right.step ?? -1)
    }
}

/// The result of applying one event.
package struct Transition: Hashable, Sendable {
    package let outcome: Outcome
    package let effects: [Effect]
    /// The steps whose state is to be stored anew.
    package let changedSteps: [Int]
    /// Whether it has to be committed before anybody is answered. What is not durable (an agent took a task, or made
    /// progress) may wait for the next commit: after a crash it is known from the queue's pending list.
    package let isDurable: Bool

    package var isEmpty: Bool { effects.isEmpty && changedSteps.isEmpty }

    /// Changes nothing.
    package static let none = Transition(outcome: .accepted, effects: [], changedSteps: [], isDurable: false)
}
