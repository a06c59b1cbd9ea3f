import Coordination
import JSON
import WorkflowCore

/// An agent: registers, takes tasks, works and answers, through whatever node it finds. As long as faults happen it may
/// die without a word, forget its work, or answer late, twice and elsewhere than it took.
final class SimulatedAgent: @unchecked Sendable {
    // Used, like the world, by one thread only.
    private let cluster: Cluster
    private let profile: AgentProfile
    private let slots: Int
    private var home: Int
    private var world: World { cluster.world }

    /// One life of the agent: what it works on.
    private final class Life: @unchecked Sendable {
        // Used, like the world, by one thread only.
        let id: AgentID
        let isReliable: Bool
        var running: [TaskID: Int] = [:]

        init(_ id: AgentID, isReliable: Bool) {
            self.id = id
            self.isReliable = isReliable
        }
    }

    /// `isAble` if it has all that is ever asked for.
    init(_ cluster: Cluster, types: [String], isAble: Bool) {
        self.cluster = cluster
        profile = Self.profile(types, isAble: isAble, in: cluster.world)
        slots = cluster.world.chance.within(1...4)
        home = cluster.world.chance.below(cluster.places)
    }

    /// Lives, dies and comes again until the world ends.
    func run() async {
        while !world.isOver {
            guard let id = await register() else { continue }
            let life = Life(id, isReliable: !world.isFaulty)
            await serve(life)
            if world.isFaulty { await world.pause(world.chance.milliseconds(10...3000)) }
        }
    }

    private func register() async -> AgentID? {
        let (profile, slots) = (profile, slots)
        let result = await cluster.call(home) { node, loop throws(CoordinationError) in
            try await node.register(name: "agent", profile, slots: slots, on: loop)
        }
        if case .success(let id) = result { return id }
        await moveOn()
        return nil
    }

    private static func profile(_ types: [String], isAble: Bool, in world: World) -> AgentProfile {
        var profile = AgentProfile(types)
        guard world.isRouted else { return profile }
        profile.version = world.chance.pick(["1", "2"])
        for at in profile.abilities.indices {
            let models = isAble ? RandomPlan.models : [world.chance.pick(RandomPlan.models)]
            profile.abilities[at].constraints = Constraints(models.map { "model=\($0)" }.joined(separator: "&"))
        }
        return profile
    }

    private func moveOn() async {
        home = world.chance.below(cluster.places)
        await world.pause(world.chance.milliseconds(20...400))
    }

    // MARK: Taking

    private func serve(_ life: Life) async {
        // When all is well again an agent begins anew, and gives up what it had forgotten.
        while !world.isOver, life.isReliable || world.isFaulty {
            if world.isFaulty, world.chance.once(in: 80) { return world.note("\(life.id) dies") }
            if world.isFaulty, world.chance.once(in: 40) { await neglect(life) }
            let running = life.running.keys.sorted { $0.description < $1.description }
            let request = TakeRequest(agent: life.id, wanted: max(0, slots - running.count), running: running)
            let wait = world.chance.milliseconds(0...1500)
            let result = await cluster.call(home, within: wait + .seconds(2)) { node, loop throws(CoordinationError) in
                try await node.take(request, within: wait, on: loop)
            }
            switch result {
            case .success(let taken):
                for task in taken.stop { life.running[task] = nil }
                for note in taken.guidance { acknowledge(note, life) }
                for task in taken.tasks { begin(task, life) }
                if taken.tasks.isEmpty { await world.pause(world.chance.milliseconds(5...200)) }
                if world.isFaulty, world.chance.once(in: 10) { home = world.chance.below(cluster.places) }
            case .failure(.refused(.agentGone)), .failure(.refused(.unknownAgent)): return
            case .failure: await moveOn()
            }
        }
    }

    // MARK: Working

    private func begin(_ task: TakenTask, _ life: Life) {
        life.running[task.dispatch.task] = task.dispatch.attempt
        world.begin { await self.work(task, life) }
    }

    private func work(_ task: TakenTask, _ life: Life) async {
        let isSlow = world.isFaulty && world.chance.once(in: 8)
        await world.pause(world.chance.milliseconds(isSlow ? 500...9000 : 2...300))
        guard !world.isOver else { return }
        if world.isFaulty {
            // It forgets what it does, and goes on saying that it does it, or does not.
            if world.chance.once(in: 20) { return }
            if world.chance.once(in: 20) {
                life.running[task.dispatch.task] = nil
                return
            }
            if world.chance.once(in: 6) { await report(task, life) }
            if world.chance.once(in: 6) { await stall(task, life) }
            if world.chance.once(in: 8) { await guide(task, life) }
        }
        let event = answer(to: task, life.id)
        await say(event, of: task.dispatch.task)
        life.running[task.dispatch.task] = nil
        if world.isFaulty, world.chance.once(in: 8) {
            await world.pause(world.chance.milliseconds(1...3000))
            // Another one than before, as of a second copy of the agent.
            await say(world.chance.once(in: 3) ? answer(to: task, life.id) : event, of: task.dispatch.task)
        }
    }

    private func answer(to task: TakenTask, _ id: AgentID) -> StepEvent {
        let (attempt, mark) = (task.dispatch.attempt, world.chance.below(1_000_000))
        if world.isFaulty, world.chance.once(in: 5) {
            let failure = AgentFailure(
                Failure(code: "broken", message: "mark \(mark)"), retryable: !world.chance.once(in: 5),
                retryAfter: world.chance.once(in: 4) ? world.chance.milliseconds(0...2000) : nil)
            return .failed(attempt: attempt, by: id, failure)
        }
        // Some have to ask before they know: it is answered within the run, or the workflow never ends.
        if task.dispatch.answers == nil, world.chance.once(in: 12) {
            let question = Question("mark \(mark)?", options: ["true", "false"].map(Self.text))
            return .asked(attempt: attempt, by: id, question)
        }
        let result = JSONText(unchecked: Array(#"{"mark":\#(mark)}"#.utf8))
        return .completed(attempt: attempt, by: id, result: result)
    }

    private static func text(_ text: String) -> JSONText { JSONText(unchecked: Array(text.utf8)) }

    private func report(_ task: TakenTask, _ life: Life) async {
        let extend = world.chance.once(in: 2) ? world.chance.milliseconds(500...4000) : nil
        let report = ProgressReport(percent: world.chance.below(100), extend: extend)
        let event = StepEvent.progressed(attempt: task.dispatch.attempt, by: life.id, report)
        await say(event, of: task.dispatch.task, attempts: 2)
    }

    /// Is alive, and says of nothing that it works on it.
    private func neglect(_ life: Life) async {
        for _ in 0..<world.chance.within(4...16) where !world.isOver {
            _ = await cluster.call(home) { node, loop throws(CoordinationError) in
                try await node.heartbeat(of: life.id, running: [], on: loop)
            }
            await world.pause(world.chance.milliseconds(200...900))
        }
    }

    /// Says the same again and again, as heartbeats and as reports.
    private func stall(_ task: TakenTask, _ life: Life) async {
        let (id, attempt) = (task.dispatch.task, task.dispatch.attempt)
        for _ in 0..<world.chance.within(1...4) where !world.isOver {
            await world.pause(world.chance.milliseconds(5...800))
            if world.chance.once(in: 2) {
                var report = ProgressReport()
                report.toolCall = "look"
                await say(.progressed(attempt: attempt, by: life.id, report), of: id, attempts: 2)
                continue
            }
            let running = life.running.keys.sorted { $0.description < $1.description }
            let result = await cluster.call(home) { node, loop throws(CoordinationError) in
                try await node.heartbeat(of: life.id, running: running, fingerprints: [id: "the same"], on: loop)
            }
            if case .success(let heard) = result { for note in heard.guidance { acknowledge(note, life) } }
        }
    }

    /// Somebody has something to say to whoever works on the task, or has the agent pause for a while.
    private func guide(_ task: TakenTask, _ life: Life) async {
        let (id, text) = (task.dispatch.task, "hint \(world.chance.below(1_000_000))")
        let place = world.chance.below(cluster.places)
        _ = await cluster.call(place) { node, _ throws(CoordinationError) in
            try await node.guide(id, text, by: "supervisor")
        }
        guard world.chance.once(in: 4) else { return }
        for conduct in [AgentConduct.pause, .resume] {
            _ = await cluster.call(place) { node, loop throws(CoordinationError) in
                try await node.conduct(life.id, conduct, on: loop)
            }
            await world.pause(world.chance.milliseconds(10...1500))
        }
    }

    private func acknowledge(_ note: TaskGuidance, _ life: Life) {
        guard let attempt = life.running[note.task] else { return }
        let event = StepEvent.acknowledged(attempt: attempt, by: life.id, through: note.guidance.number)
        world.begin { await self.say(event, of: note.task, attempts: 2) }
    }

    /// Says it to one node after another until one has heard it.
    private func say(_ event: StepEvent, of task: TaskID, attempts: Int = 25) async {
        for _ in 0..<attempts where !world.isOver {
            let place = world.chance.once(in: 3) ? world.chance.below(cluster.places) : home
            let (ledger, id) = (cluster.ledger, task.workflow)
            let result = await cluster.call(place) { node, _ throws(CoordinationError) in
                try await node.answer(task, event)
            } told: { delivery in
                ledger.told(delivery, of: .step(task.step, event), to: id)
            }
            if case .success = result { return }
            if case .failure(.refused(.unknownWorkflow)) = result {
                cluster.ledger.report(.nothingLost, "\(task) was given, and its workflow is not known")
                return
            }
            await moveOn()
        }
    }
}
