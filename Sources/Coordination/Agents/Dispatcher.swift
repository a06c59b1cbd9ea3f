package import WorkflowCore

/// Chooses which agent is offered a task first, from what was known of all agents a heartbeat ago and what it has
/// chosen since. The same agents and tasks in the same order make the same choices.
package struct Dispatcher: Sendable {
    /// In the order of their names: the same at every node.
    private var agents: [AgentLoad]
    /// The slots of tasks that it has directed to them since, less those of the ones that have ended.
    private var since: [AgentID: Int] = [:]
    /// What it has directed and has not ended, as far as it heard.
    private var open: [TaskID: Offer] = [:]
    /// Whose turn was last, by task type.
    private var lastTurns: [String: Turn] = [:]

    private typealias Turn = (name: String, id: String)

    private struct Offer: Sendable {
        let agent: AgentID
        let cost: Int
    }

    /// Of workflows that others coordinate by now no end is heard: more than these are forgotten.
    private static let openAtMost = 100_000

    package init(_ agents: [AgentLoad] = []) {
        self.agents = Self.ordered(agents)
    }

    var count: Int { agents.count }

    /// What is known now is what holds: it has what was directed to them.
    package mutating func learn(_ agents: [AgentLoad]) {
        self.agents = Self.ordered(agents)
        since = [:]
    }

    private static func ordered(_ agents: [AgentLoad]) -> [AgentLoad] {
        agents.filter { $0.status == .alive }.sorted { turn(of: $0) < turn(of: $1) }
    }

    private static func turn(of agent: AgentLoad) -> Turn { (agent.name, agent.id.description) }

    /// The agent that the task is directed to; `nil` if it goes to the pool.
    package mutating func agent(for dispatch: TaskDispatch, by rule: DispatchRule, in workflow: Workflow) -> AgentID? {
        let type = dispatch.taskType
        let able = agents.filter { $0.profile.meets(dispatch.requires, of: type) }
        let chosen: AgentLoad? =
            switch rule.mode {
            case .pull: nil
            case .leastLoaded: leastLoaded(of: able.filter { room(of: $0, for: type) > 0 }, type)
            case .roundRobin: next(of: able.filter { room(of: $0, for: type) > 0 }, type)
            case .affinity(let key): key.value(of: dispatch, in: workflow).flatMap { Self.home(of: $0, among: able) }
            case .weighted(let weights):
                leastLoaded(of: weights.chosen(by: dispatch.task, among: able), type)
            }
        guard let chosen else { return nil }
        let cost = chosen.profile.slotCost(of: type)
        since[chosen.id, default: 0] += cost
        if open.count >= Self.openAtMost { open = [:] }
        open[dispatch.task] = Offer(agent: chosen.id, cost: cost)
        return chosen.id
    }

    /// An attempt at the task is over, which this agent had.
    package mutating func ended(_ task: TaskID, by agent: AgentID?) {
        guard let offer = open.removeValue(forKey: task), offer.agent == agent else { return }
        since[offer.agent, default: 0] -= offer.cost
    }

    private func used(_ agent: AgentLoad, _ type: String) -> Int {
        max(agent.held + agent.directed * agent.profile.slotCost(of: type) + (since[agent.id] ?? 0), 0)
    }

    private func room(of agent: AgentLoad, for type: String) -> Int {
        max(agent.slots - used(agent, type), 0) / agent.profile.slotCost(of: type)
    }

    /// By the share of slots that would be taken; among equals the more reliable one, and then the larger.
    private func leastLoaded(of able: [AgentLoad], _ type: String) -> AgentLoad? {
        func rank(_ agent: AgentLoad) -> (Double, Double, Int) {
            let share = Double(used(agent, type) + agent.profile.slotCost(of: type)) / Double(max(agent.slots, 1))
            return (share, -agent.score(for: type), -agent.slots)
        }
        return able.min { rank($0) < rank($1) }
    }

    private mutating func next(of able: [AgentLoad], _ type: String) -> AgentLoad? {
        let last = lastTurns[type]
        let next = able.first { agent in last.map { Self.turn(of: agent) > $0 } ?? true } ?? able.first
        lastTurns[type] = next.map(Self.turn) ?? last
        return next
    }

    /// The agent whose name gives the highest hash with a key: so only the keys of an agent that is gone move, and come
    /// back with another one of its name (rendezvous hashing; Thaler and Ravishankar, 1998).
    private static func home(of key: String, among able: [AgentLoad]) -> AgentLoad? {
        able.max { StableHash.spread("\(key)\n\($0.name)") < StableHash.spread("\(key)\n\($1.name)") }
    }
}

extension DispatchRule.Weights {
    /// The agents with the value that a task falls to, by its id: all its attempts go to the same ones. If there are
    /// none the task goes to the pool.
    fileprivate func chosen(by task: TaskID, among able: [AgentLoad]) -> [AgentLoad] {
        var place = Int(StableHash.spread(task.description) % 100)
        for share in percentages {
            if place < share.percentage { return able.filter { value(of: $0) == share.value } }
            place -= share.percentage
        }
        let named = Set(percentages.map(\.value))
        return able.filter { value(of: $0).map { !named.contains($0) } ?? true }
    }

    private func value(of agent: AgentLoad) -> String? {
        label.map { agent.profile.labels[$0] } ?? agent.profile.version
    }
}
