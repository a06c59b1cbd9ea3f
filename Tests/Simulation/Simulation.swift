import Coordination
import JSON
import Sockets
import WorkflowCore

/// One run of a cluster by a seed: some time in which everything goes wrong, then some in which nothing does, and then
/// the question whether all ten invariants held.
package struct Simulation: Sendable {
    package let seed: UInt64
    /// Whether agents may take only so many tasks of each type, so many in a time, and by turns.
    package let isLimited: Bool
    /// Whether steps ask for what only some agents have, and tasks are directed to agents.
    package let isRouted: Bool

    /// How long everything may take to come to its end once all is well.
    private static let patience = Duration.seconds(90)

    package init(seed: UInt64, isLimited: Bool = false, isRouted: Bool = false) {
        self.seed = seed
        self.isLimited = isLimited
        self.isRouted = isRouted
    }

    package func run(isTraced: Bool = false) -> Report {
        let world = World(seed: seed, isRouted: isRouted, isTraced: isTraced)
        let cluster = Cluster(world, nodes: 3)
        let suffering = world.chance.milliseconds(8000...25_000)
        if isLimited { configure(cluster, Self.limits) }
        if isRouted { configure(cluster, Self.rules) }
        populate(cluster, within: 0...Int(suffering.nanoseconds / 1_500_000))
        let pace = world.chance.pick([400...2000, 1000...5000, 3000...12_000])
        world.begin { await cluster.suffer(every: pace) }

        world.run(until: suffering.nanoseconds)
        cluster.heal()
        var nextLook = world.now
        world.run(until: world.now + Self.patience.nanoseconds) {
            guard world.now >= nextLook else { return false }
            nextLook = world.now + 200_000_000
            return cluster.isAtRest
        }
        cluster.ledger.close(cluster.store.snapshot)
        let time = Duration.nanoseconds(world.now)
        cluster.end()
        if !world.settle(atMost: 1_000_000) || world.unendedTasks > 0 {
            cluster.ledger.report(.waits, "\(world.unendedTasks) tasks of this process never end")
        }
        return Report(seed: seed, time: time, world, cluster.ledger)
    }

    /// For each task type, by the order of their names in `RandomPlan`.
    private static let limits: [JSONText] = [
        #"{"max_concurrency": 2, "fairness": {"key": "step.id"}}"#,
        #"{"rate": {"limit": 20, "per": "second", "burst": 2, "key": "workflow.name"}}"#,
        #"{"rate": {"limit": 900, "per": "minute", "key": "step.id"}, "fairness": {"key": "workflow.name"}}"#,
        #"{"max_concurrency": 3, "rate": {"limit": 50, "per": "second"}, "retry": {"max_attempts": 2}}"#,
    ].map { JSONText(unchecked: Array($0.utf8)) }

    /// The same of who is offered a task first.
    private static let rules: [JSONText] = [
        #"{"dispatch": {"mode": "least_loaded", "wait": "300ms"}}"#,
        #"{"dispatch": {"mode": "round_robin"}, "max_concurrency": 3}"#,
        #"{"dispatch": {"mode": "affinity", "key": "step.id", "wait": "700ms"}, "fairness": {"key": "workflow.name"}}"#,
        #"{"dispatch": {"mode": "weighted", "weights": {"2": 30}, "wait": "5s"}}"#,
    ].map { JSONText(unchecked: Array($0.utf8)) }

    private func configure(_ cluster: Cluster, _ settings: [JSONText]) {
        for (type, text) in zip(RandomPlan.taskTypes, settings) {
            cluster.world.begin { try? await cluster.store.configure(type, TaskTypeSettings(stored: text)) }
        }
    }

    private func populate(_ cluster: Cluster, within span: ClosedRange<Int>) {
        let world = cluster.world
        let types = world.chance.within(2...4)
        for number in 0..<world.chance.within(3...5) {
            // Each type has an agent that can do it.
            let all = Array(RandomPlan.taskTypes[..<types])
            let chosen = all.filter { _ in world.chance.once(in: 2) }
            let agent = SimulatedAgent(
                cluster, types: number == 0 || chosen.isEmpty ? all : chosen, isAble: number == 0)
            world.begin { await agent.run() }
        }
        cluster.busyClients = world.chance.within(4...10)
        for number in 0..<cluster.busyClients {
            let client = SimulatedClient(cluster, name: "w\(number)", types: types, within: span)
            world.begin {
                await client.run()
                cluster.busyClients -= 1
            }
        }
        for number in 0..<world.chance.below(3) {
            let script = SimulatedProgram.Script("x\(number)", types: types, isRouted: isRouted, &world.chance)
            for _ in 0..<world.chance.within(1...2) {
                let program = SimulatedProgram(cluster, script, within: span)
                cluster.busyClients += 1
                world.begin {
                    await program.run()
                    cluster.busyClients -= 1
                }
            }
        }
        for number in 0..<2 {
            let person = SimulatedOperator(cluster, name: "operator \(number)")
            world.begin { await person.run() }
        }
    }
}
