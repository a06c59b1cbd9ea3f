import Coordination
import JSON
import WorkflowCore

/// A person who looks at the open escalations from time to time and resolves some of them, as others do at the same
/// time.
final class SimulatedOperator: @unchecked Sendable {
    // Used, like the world, by one thread only.
    private let cluster: Cluster
    private let name: String
    private var answers = 0
    private var world: World { cluster.world }

    init(_ cluster: Cluster, name: String) {
        self.cluster = cluster
        self.name = name
    }

    func run() async {
        while !world.isOver {
            await world.pause(world.chance.milliseconds(world.isFaulty ? 300...4000 : 100...400))
            let place = world.chance.below(cluster.places)
            let result = await cluster.call(place) { node, loop throws(CoordinationError) in
                try await node.escalations(EscalationFilter(), PageRequest(), on: loop)
            }
            guard case .success(let page) = result else { continue }
            for escalation in page.elements where !world.isFaulty || world.chance.once(in: 2) {
                let isQuestion = JSONNode(escalation.question).member("kind")?.string == "question"
                if world.chance.once(in: 3) { await handle(escalation.id) }
                await resolve(escalation.id, isQuestion: isQuestion)
            }
        }
    }

    private func resolve(_ id: EscalationID, isQuestion: Bool) async {
        answers += 1
        let isAnswered = isQuestion && !world.chance.once(in: 4)
        let action: Resolution.Action = isAnswered ? .answer(JSONText(unchecked: Array("true".utf8))) : action()
        let resolution = Resolution(action, by: "\(name) \(answers)")
        for _ in 0..<10 where !world.isOver {
            let ledger = cluster.ledger
            let result = await cluster.call(world.chance.below(cluster.places)) { node, _ throws(CoordinationError) in
                try await node.resolve(id, with: resolution)
            } told: { delivery in
                ledger.told(delivery, of: .resolve(escalation: id.number, resolution), to: id.workflow)
            }
            switch result {
            case .success: return
            case .failure(.refused(.unknownEscalation)):
                return cluster.ledger.report(.escalations, "\(id) was shown, and is said not to exist")
            case .failure: await world.pause(world.chance.milliseconds(20...400))
            }
        }
    }

    /// Looks after it before deciding, or leaves it to others: a claim may outlast the one who has it.
    private func handle(_ id: EscalationID) async {
        answers += 1
        let kind: HandlingAct.Kind =
            switch world.chance.below(4) {
            case 0: .claim(world.chance.milliseconds(100...2000))
            case 1: .release
            case 2: .reassign(to: world.chance.once(in: 2) ? name : nil)
            default: .comment("\(name) \(answers)")
            }
        let act = HandlingAct(kind, by: world.chance.once(in: 2) ? name : "\(name) \(answers)")
        for _ in 0..<3 where !world.isOver {
            let ledger = cluster.ledger
            let result = await cluster.call(world.chance.below(cluster.places)) { node, _ throws(CoordinationError) in
                try await node.handle(id, act)
            } told: { delivery in
                ledger.told(delivery, of: .handle(escalation: id.number, act), to: id.workflow)
            }
            if case .success = result { return }
            await world.pause(world.chance.milliseconds(20...400))
        }
    }

    private func action() -> Resolution.Action {
        switch world.chance.below(world.isFaulty ? 8 : 6) {
        case 0, 1: .skip
        case 2: .fail
        case 3, 4, 5: .complete(result: JSONText(unchecked: Array("true".utf8)))
        case 6: .retry(payload: nil)
        default: .retry(payload: JSONText(unchecked: Array("{}".utf8)))
        }
    }
}
