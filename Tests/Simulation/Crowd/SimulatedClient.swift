import Coordination
import JSON
import WorkflowCore

/// A client with one workflow: starts it, repeats that until it is told its id, and may cancel and watch it.
final class SimulatedClient: @unchecked Sendable {
    // Used, like the world, by one thread only.
    private let cluster: Cluster
    private let body: JSONText
    private let key: String?
    private let beginsAfter: Duration
    private let cancelsAfter: Duration?
    private var world: World { cluster.world }

    init(_ cluster: Cluster, name: String, types: Int, within span: ClosedRange<Int>) {
        self.cluster = cluster
        let world = cluster.world
        body = JSONText(
            unchecked: Array(RandomPlan.text(name, types: types, isRouted: world.isRouted, &world.chance).utf8))
        key = world.chance.once(in: 6) ? nil : "key of \(name)"
        beginsAfter = world.chance.milliseconds(span)
        cancelsAfter = world.chance.once(in: 8) ? world.chance.milliseconds(1...8000) : nil
    }

    func run() async {
        await world.pause(beginsAfter)
        guard let id = await start() else { return }
        if let cancelsAfter {
            await world.pause(cancelsAfter)
            await cancel(id)
        }
        // Whoever watches a workflow keeps its node from forgetting it: many have nobody who does.
        if world.chance.once(in: 2) { await watch(id) }
    }

    private func start() async -> WorkflowID? {
        while !world.isOver {
            let (body, key, ledger) = (body, key, cluster.ledger)
            let result = await cluster.call(world.chance.below(cluster.places)) {
                node, loop throws(CoordinationError) in
                try await node.start(body, idempotencyKey: key, traceparent: nil, on: loop)
            } told: { started in
                ledger.acknowledged(started.view.workflow.id, key: key)
                ledger.told(started.view)
            }
            switch result {
            case .success(let started): return started.view.workflow.id
            case .failure(.refused(.rejected(let problems))):
                cluster.ledger.report(.nothingLost, "a plan was rejected: \(problems)")
                return nil
            case .failure(.refused(.keyReused)):
                cluster.ledger.report(.nothingLost, "the key \(key ?? "") was said to be another's")
                return nil
            case .failure: await world.pause(world.chance.milliseconds(20...900))
            }
        }
        return nil
    }

    private func cancel(_ id: WorkflowID) async {
        for _ in 0..<20 where !world.isOver {
            let ledger = cluster.ledger
            let result = await cluster.call(world.chance.below(cluster.places)) { node, _ throws(CoordinationError) in
                try await node.cancel(id, by: "client", reason: nil)
            } told: { delivery in
                ledger.told(delivery, of: .cancel(by: nil, reason: nil), to: id)
            }
            if case .success = result { return }
            await world.pause(world.chance.milliseconds(20...400))
        }
    }

    private func watch(_ id: WorkflowID) async {
        var revision = 0
        while !world.isOver {
            let (ledger, known) = (cluster.ledger, revision)
            let wait = world.chance.milliseconds(0...3000)
            let result = await cluster.call(
                world.chance.below(cluster.places), within: wait + .seconds(2)
            ) { node, loop throws(CoordinationError) in
                try await node.workflow(id, newerThan: known, within: wait, on: loop)
            } told: { view in
                ledger.told(view)
            }
            switch result {
            case .success(let view):
                if view.workflow.status.isTerminal { return }
                revision = view.revision
            case .failure(.refused(.unknownWorkflow)):
                return cluster.ledger.report(.nothingLost, "\(id) was acknowledged, and is said not to exist")
            case .failure: break
            }
            await world.pause(world.chance.milliseconds(20...600))
        }
    }
}
