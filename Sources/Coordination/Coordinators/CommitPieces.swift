import JSON
import WorkflowCore

/// What one commit stores of a transition: some of its steps' states, and the effects that concern them.
struct CommitPiece: Hashable, Sendable {
    var steps: [Int] = []
    var effects: [Effect] = []
}

/// Cuts a large transition so that no script holds the store for long. Whatever concerns one step stays together, so
/// that each piece leaves every step whole; `Workflow.resume` finishes the rest if only the first pieces were stored.
enum CommitPieces {
    static let maximumEffects = 256
    static let maximumBytes = 1 << 20

    static func of(effects: [Effect], changedSteps: [Int], plan: Plan) -> [CommitPiece] {
        let isSmall = effects.count <= maximumEffects && effects.reduce(0, { $0 + $1.bytes }) <= maximumBytes
        if isSmall { return [CommitPiece(steps: changedSteps, effects: effects)] }

        var pieces = [CommitPiece()]
        var size = (effects: 0, bytes: 0)
        for group in groups(effects, plan) {
            let bytes = group.effects.reduce(0) { $0 + $1.bytes }
            let isFull =
                size.effects + group.effects.count > maximumEffects || size.bytes + bytes > maximumBytes
            if isFull, size.effects > 0 {
                pieces.append(CommitPiece())
                size = (0, 0)
            }
            pieces[pieces.count - 1].effects += group.effects
            if let step = group.step { pieces[pieces.count - 1].steps.append(step) }
            size = (size.effects + group.effects.count, size.bytes + bytes)
        }
        // A step without an effect of its own goes first: what others build on it must not be stored before it.
        let placed = Set(pieces.flatMap(\.steps))
        pieces[0].steps += changedSteps.filter { !placed.contains($0) }
        let changed = Set(changedSteps)
        for index in pieces.indices { pieces[index].steps = pieces[index].steps.filter(changed.contains).sorted() }
        return pieces
    }

    /// The effects by step, in the order in which the steps first appear; those of no step stand for themselves.
    private static func groups(_ effects: [Effect], _ plan: Plan) -> [(step: Int?, effects: [Effect])] {
        var groups: [(step: Int?, effects: [Effect])] = []
        var places: [Int: Int] = [:]
        for effect in effects {
            let step = effect.step(in: plan)
            if let step, let place = places[step] {
                groups[place].effects.append(effect)
            } else {
                if let step { places[step] = groups.count }
                groups.append((step, [effect]))
            }
        }
        return groups
    }
}

extension Effect {
    fileprivate func step(in plan: Plan) -> Int? {
        switch self {
        case .enqueue(let dispatch): dispatch.task.step
        case .dequeue(let step), .saveResult(let step, _), .closeEscalation(let step, _, _): step
        case .openEscalation(let escalation): escalation.step
        case .record(let event): event.stepID.flatMap { plan.ordinals[$0] }
        case .saveOutput: nil
        }
    }

    /// About how much it adds to a commit.
    fileprivate var bytes: Int {
        switch self {
        case .enqueue(let dispatch): dispatch.payload.bytes.count
        case .saveResult(_, let text), .saveOutput(let text): text.bytes.count
        case .openEscalation(let escalation): escalation.payload?.bytes.count ?? 0
        case .dequeue, .record, .closeEscalation: 0
        }
    }
}
