import JSON
import WorkflowCore

/// What one commit stores of a transition: some of its steps' states, and the effects that concern them.
struct CommitPiece: Hashable, Sendable {
    var steps: [Int] = []
    var effects: [Effect] = []
}

/// Cuts a large transition so that no script holds the store for long. Whatever concerns one step stays together, so
/// that each piece leaves every step whole; `Workflow.resume` finishes the rest if only the first pieces were stored.
/// The output goes first, and the definitions of added steps follow in their order: a plan has no gaps.
enum CommitPieces {
    /// Effects and states of steps.
    static let maximumOperations = 384
    static let maximumBytes = 1 << 20

    fileprivate enum Rank: Int, CaseIterable {
        case output, addition, failure, usual
    }

    private struct Group {
        let step: Int?
        var effects: [Effect] = []
        var isChanged = false
        /// Of its effects, the one that has to be stored first.
        var rank = Rank.usual

        var operations: Int { effects.reduce(isChanged ? 1 : 0) { $0 + $1.operations } }

        func bytes(in workflow: Workflow) -> Int {
            let state = isChanged ? step.map { workflow.steps[$0].storedBytes } ?? 0 : 0
            return effects.reduce(state) { $0 + $1.bytes }
        }
    }

    /// What led to `workflow`, in pieces; at least one. `changedSteps` are in ascending order.
    static func of(effects: [Effect], changedSteps: [Int], in workflow: Workflow) -> [CommitPiece] {
        if fitsInOne(effects, changedSteps, workflow) {
            return [CommitPiece(steps: changedSteps, effects: effects)]
        }
        var pieces = [CommitPiece()]
        var size = (operations: 0, bytes: 0)
        for group in groups(effects, changedSteps, workflow) {
            let (operations, bytes) = (group.operations, group.bytes(in: workflow))
            let isFull = size.operations + operations > maximumOperations || size.bytes + bytes > maximumBytes
            if isFull, size.operations > 0 {
                pieces.append(CommitPiece())
                size = (0, 0)
            }
            pieces[pieces.count - 1].effects += group.effects
            if let step = group.step, group.isChanged { pieces[pieces.count - 1].steps.append(step) }
            size = (size.operations + operations, size.bytes + bytes)
        }
        return pieces
    }

    /// As nearly all do: whatever is stored together needs no order.
    private static func fitsInOne(_ effects: [Effect], _ changedSteps: [Int], _ workflow: Workflow) -> Bool {
        let operations = effects.reduce(changedSteps.count) { $0 + $1.operations }
        guard operations <= maximumOperations else { return false }
        let states = changedSteps.reduce(0) { $0 + workflow.steps[$1].storedBytes }
        return effects.reduce(states) { $0 + $1.bytes } <= maximumBytes
    }

    /// Effects and states by step, and what concerns no step for itself: by rank, and within one in the order in which
    /// they first appear. Steps that have no effect of their own stand before the usual.
    private static func groups(_ effects: [Effect], _ changedSteps: [Int], _ workflow: Workflow) -> [Group] {
        let changed = Set(changedSteps)
        var groups: [Group] = []
        var places: [Int: Int] = [:]
        for effect in effects {
            let (step, rank) = (effect.step(in: workflow.plan), effect.rank)
            let place = step.flatMap { places[$0] } ?? groups.count
            if place == groups.count {
                if let step { places[step] = place }
                groups.append(Group(step: step, isChanged: step.map(changed.contains) ?? false))
            }
            groups[place].effects.append(effect)
            if rank.rawValue < groups[place].rank.rawValue { groups[place].rank = rank }
        }
        let silent = changedSteps.filter { places[$0] == nil }.map { Group(step: $0, isChanged: true) }
        let ranked = Dictionary(grouping: groups, by: \.rank)
        let first = Rank.allCases.dropLast().flatMap { ranked[$0] ?? [] }
        return first + silent + (ranked[.usual] ?? [])
    }
}

extension StepState {
    /// What of its state may be long: what people gave, and what agents made.
    fileprivate var storedBytes: Int {
        let given = (replacedPayload?.bytes.count ?? 0) + (long.partial?.bytes.count ?? 0)
        return attempts.reduce(given) { $0 + ($1.asked?.answer?.bytes.count ?? 0) }
    }
}

extension Effect {
    fileprivate func step(in plan: Plan) -> Int? {
        switch self {
        case .enqueue(let dispatch): dispatch.task.step
        case .dequeue(let step), .saveResult(let step, _), .closeEscalation(let step, _, _), .guide(let step, _, _),
            .forgetGuidance(let step, _, _), .handleEscalation(let step, _, _, _):
            step
        case .openEscalation(let escalation): escalation.step
        case .record(let event): event.stepID.flatMap { plan.ordinals[$0] }
        // What its work is made of may follow in another piece; of one that was done by the program nothing may.
        case .addStep(let step, _): plan.steps[step].behavior.taskType == nil ? step : nil
        case .saveOutput: nil
        }
    }

    fileprivate var rank: CommitPieces.Rank {
        switch self {
        case .saveOutput: .output
        case .addStep: .addition
        // Whoever finds others cancelled has to know why.
        case .record(let event) where event.kind == .stepFailed: .failure
        default: .usual
        }
    }

    /// About how much work it is for the store: an escalation stands in several indexes.
    fileprivate var operations: Int {
        switch self {
        case .openEscalation, .closeEscalation, .handleEscalation: 4
        case .enqueue, .dequeue, .saveResult, .saveOutput, .addStep, .record, .guide, .forgetGuidance: 1
        }
    }

    /// About how much it adds to a commit.
    fileprivate var bytes: Int {
        switch self {
        case .enqueue(let dispatch):
            dispatch.payload.bytes.count + (dispatch.answers?.bytes.count ?? 0) + (dispatch.partial?.bytes.count ?? 0)
        case .guide(_, _, let note): note.text.utf8.count
        case .saveResult(_, let text), .saveOutput(let text), .addStep(_, let text): text.bytes.count
        case .openEscalation(let escalation): escalation.payloadBytes
        case .handleEscalation(_, _, let handling, let comment):
            handling.votes.count * Handling.voteBytes + (comment?.text.utf8.count ?? 0)
        case .dequeue, .record, .closeEscalation, .forgetGuidance: 0
        }
    }
}
