import Coordination
import JSON
import WorkflowCore

/// A program that coordinates an external workflow: opens it by its key, adds one step after the other, waits for each,
/// and completes it. As long as faults happen it may die in the middle, and begins anew knowing nothing; and another
/// process may do the same at the same time.
final class SimulatedProgram: @unchecked Sendable {
    // Used, like the world, by one thread only.
    private let cluster: Cluster
    private let script: Script
    private let beginsAfter: Duration
    private var world: World { cluster.world }

    /// What each of its processes does.
    struct Script {
        let body: JSONText
        let key: String
        /// The steps of each request, as a JSON array, and their ids.
        let additions: [(steps: JSONText, ids: [String])]

        init(_ name: String, types: Int, isRouted: Bool, _ chance: inout Chance) {
            key = "key of \(name)"
            let input = #"{"yes": true, "no": false, "name": "\#(name)"}"#
            body = JSONText(
                unchecked: Array(#"{"name": "\#(name)", "coordinator": "external", "input": \#(input)}"#.utf8))
            var additions: [(steps: JSONText, ids: [String])] = []
            var count = 0
            for _ in 0..<chance.within(1...5) {
                var steps: [String] = []
                let first = count
                for _ in 0..<chance.within(1...2) {
                    let after = count == 0 ? [] : [chance.below(count)]
                    let isRecorded = after.allSatisfy { $0 < first } && chance.once(in: 3)
                    steps.append(
                        isRecorded
                            ? #"{"id": "s\#(count)", "result": \#(count)}"#
                            : RandomPlan.step(count, after: after, types: types, isRouted: isRouted, &chance))
                    count += 1
                }
                let text = JSONText(unchecked: Array("[\(steps.joined(separator: ", "))]".utf8))
                additions.append((text, (first..<count).map { "s\($0)" }))
            }
            self.additions = additions
        }
    }

    init(_ cluster: Cluster, _ script: Script, within span: ClosedRange<Int>) {
        self.cluster = cluster
        self.script = script
        beginsAfter = cluster.world.chance.milliseconds(span)
    }

    func run() async {
        await world.pause(beginsAfter)
        while !world.isOver {
            if let id = await open(), await drive(id) { return }
            await world.pause(world.chance.milliseconds(20...2000))
        }
    }

    private func open() async -> WorkflowID? {
        let (body, key, ledger) = (script.body, script.key, cluster.ledger)
        let result = await cluster.call(world.chance.below(cluster.places)) { node, loop throws(CoordinationError) in
            try await node.start(body, idempotencyKey: key, traceparent: nil, on: loop)
        } told: { started in
            ledger.acknowledged(started.view.workflow.id, key: key)
            ledger.told(started.view)
        }
        switch result {
        case .success(let started): return started.view.workflow.id
        case .failure(.refused(.rejected)), .failure(.refused(.keyReused)):
            cluster.ledger.report(.nothingLost, "\(key) was not accepted")
            return nil
        case .failure: return nil
        }
    }

    /// Whether the workflow has ended; if not, the program has died.
    private func drive(_ id: WorkflowID) async -> Bool {
        for addition in script.additions {
            guard let isOver = await add(addition.steps, addition.ids, to: id) else { return false }
            if isOver { return true }
        }
        let output = JSONText(unchecked: Array("true".utf8))
        return await say(.finish(.completed(output: output)), to: id) != nil
    }

    /// Adds steps and waits for their end; gives whether the workflow has ended, or nothing if the program died.
    private func add(_ steps: JSONText, _ ids: [String], to id: WorkflowID) async -> Bool? {
        guard let outcome = await say(.add(steps: steps), to: id) else { return nil }
        if case .refused = outcome { return true }
        while !world.isOver {
            if world.isFaulty, world.chance.once(in: 12) { return nil }
            let (ledger, wait) = (cluster.ledger, world.chance.milliseconds(0...3000))
            let result = await cluster.call(world.chance.below(cluster.places), within: wait + .seconds(2)) {
                node, loop throws(CoordinationError) in
                try await node.workflow(id, with: .endOfSteps(ids), within: wait, on: loop)
            } told: { view in
                ledger.told(view)
            }
            if case .success(let view) = result {
                let workflow = view.workflow
                if workflow.status.isTerminal { return true }
                let steps = ids.compactMap { workflow.plan.ordinals[$0] }
                if steps.count == ids.count, steps.allSatisfy({ workflow.steps[$0].status.isEnded }) { return false }
            }
            await world.pause(world.chance.milliseconds(20...300))
        }
        return nil
    }

    /// Says it to one node after another until one has heard it; nothing if the program died.
    private func say(_ event: Event, to id: WorkflowID) async -> Outcome? {
        while !world.isOver {
            if world.isFaulty, world.chance.once(in: 12) { return nil }
            let ledger = cluster.ledger
            let result = await cluster.call(world.chance.below(cluster.places)) { node, _ throws(CoordinationError) in
                switch event {
                case .finish(let end): try await node.finish(id, end)
                case .add(let steps): try await node.add(steps, to: id)
                default: throw .unavailable("a program does not say that")
                }
            } told: { delivery in
                ledger.told(delivery, of: event, to: id)
            }
            if case .success(let delivery) = result { return delivery.outcome }
            await world.pause(world.chance.milliseconds(20...400))
        }
        return nil
    }
}
