import JSON
import WorkflowCore

/// What one commit stores of a transition: some of its steps' states, and the effects that concern them.
struct CommitPiece: Hashable, Sendable {
    var steps: [Int] = []
    var effects: [Effect] = []
}

/// Cuts a large transition so that no script holds the store for long. Whatever concerns one step stays together, so
/// that each piece leaves every step whole; `Workflow.resume` finishes the rest if only the first pieces were stored.
/// The step that failed the workflow goes first: whoever finds others cancelled has to know why.
enum CommitPieces {
    /// Effects and states of steps.
    static let maximumOperations = 384
    static let maximumBytes = 1 << 20

    private struct Group {
        let step: Int?
        var effects: [Effect] = []
        var isChanged = false

        var operations: Int { effects.count + (isChanged ? 1 : 0) }

        func bytes(in workflow: Workflow) -> Int {
            let state = isChanged ? step.map { workflow.steps[$0].storedBytes } ?? 0 : 0
            return effects.reduce(state) { $0 + $1.bytes }
        }
    }

    /// What led to `workflow`, in pieces; at least one.
    static func of(effects: [Effect], changedSteps: Set<Int>, in workflow: Workflow) -> [CommitPiece] {
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

    /// Effects and states by step: failed steps, then those that have no effect of their own, then the others in the
    /// order in which they first appear. What concerns no step stands for itself.
    private static func groups(_ effects: [Effect], _ changedSteps: Set<Int>, _ workflow: Workflow) -> [Group] {
        var groups: [Group] = []
        var places: [Int: Int] = [:]
        for effect in effects {
            let step = effect.step(in: workflow.plan)
            if let step, let place = places[step] {
                groups[place].effects.append(effect)
            } else {
                if let step { places[step] = groups.count }
                let isChanged = step.map(changedSteps.contains) ?? false
                groups.append(Group(step: step, effects: [effect], isChanged: isChanged))
            }
        }
        let failed = groups.filter(\.effects.hasFailedStep)
        let silent = changedSteps.filter { places[$0] == nil }.sorted().map { Group(step: $0, isChanged: true) }
        return failed + silent + (failed.isEmpty ? groups : groups.filter { !$0.effects.hasFailedStep })
    }
}

extension [Effect] {
    fileprivate var hasFailedStep: Bool {
        contains { if case .record(let event) = $0 { event.kind == .stepFailed } else { false } }
    }
}

extension StepState {
    /// What of its state may be long: what people gave.
    fileprivate var storedBytes: Int {
        attempts.reduce(replacedPayload?.bytes.count ?? 0) { $0 + ($1.asked?.answer?.bytes.count ?? 0) }
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
        case .enqueue(let dispatch): dispatch.payload.bytes.count + (dispatch.answers?.bytes.count ?? 0)
        case .saveResult(_, let text), .saveOutput(let text): text.bytes.count
        case .openEscalation(let escalation): escalation.payloadBytes
        case .dequeue, .record, .closeEscalation: 0
        }
    }
}
