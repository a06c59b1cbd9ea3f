import Coordination
import JSON
import Sockets
import WorkflowCore

/// The store as one node sees it: over a network that delays, loses and repeats, and that ends with the node.
final class SimulatedStore: WorkflowStore, @unchecked Sendable {
    // Used, like the world, by one thread only.
    private let cluster: Cluster
    private let link: Link
    private let onDeath: () -> Void
    private var world: World { cluster.world }
    private var ledger: Ledger { cluster.ledger }

    /// `onDeath` is called when the node is to die of a call.
    init(_ cluster: Cluster, over link: Link, onDeath: @escaping () -> Void) {
        self.cluster = cluster
        self.link = link
        self.onDeath = onDeath
    }

    private func perform<Answer: Sendable>(
        _ name: String, isResendable: Bool = true,
        _ ask: @escaping @Sendable (MemoryStore) async throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        guard !link.isDead else { throw .unavailable("this node is dead") }
        let answer = try await world.outside.loop.run { () async throws(StoreError) -> Answer in
            try await self.send(name, isResendable: isResendable, ask)
        }
        guard !link.isDead else { throw .unavailable("this node is dead") }
        return answer
    }

    /// One call from its sender's side, where the network is.
    private func send<Answer: Sendable>(
        _ name: String, isResendable: Bool,
        _ ask: @escaping @Sendable (MemoryStore) async throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        let course: Link.Course =
            world.isFaulty ? cluster.faults.course(isResendable: isResendable, &world.chance) : .normal
        if case .deadly(false) = course { throw die(name, "before") }
        await world.pass(world.travelTime())
        try await waitForLink()
        switch course {
        case .normal: break
        case .lost:
            world.note("\(name) is lost")
            await world.pass(world.patience())
            throw .unavailable("lost by the network")
        case .answerLost:
            _ = try await ask(cluster.store)
            world.note("the answer to \(name) is lost")
            await world.pass(world.patience())
            throw .unavailable("its answer was lost by the network")
        case .twice:
            _ = try await ask(cluster.store)
            world.note("\(name) is sent twice")
            await world.pass(world.patience())
        case .late:
            let patience = world.patience()
            let lateness = patience + world.chance.milliseconds(1...2000)
            world.note("\(name) is late")
            world.begin {
                await self.world.pass(lateness)
                _ = try? await ask(self.cluster.store)
            }
            await world.pass(patience)
            throw .unavailable("not answered by the network")
        case .deadly:
            _ = try await ask(cluster.store)
            throw die(name, "after")
        }
        let answer = try await ask(cluster.store)
        await world.pass(world.travelTime())
        return answer
    }

    private func die(_ name: String, _ moment: String) -> StoreError {
        world.note("a node dies \(moment) \(name)")
        onDeath()
        return .unavailable("this node is dead")
    }

    /// As a client does that is not connected: waits for that, but not for ever.
    private func waitForLink() async throws(StoreError) {
        guard link.cutUntil > world.now else { return }
        let left = Duration.nanoseconds(link.cutUntil - world.now)
        let patience = Duration.milliseconds(2000)
        await world.pass(min(left, patience))
        if left > patience { throw .unavailable("not connected") }
    }

    // MARK: Workflows

    func start(_ commit: Commit, of start: StartedWorkflow) async throws(StoreError) -> StartOutcome {
        try await perform("start") { store async throws(StoreError) in
            let outcome = try await store.start(commit, of: start)
            self.world.note("\(commit.node) starts \(commit.workflow): \(outcome)")
            self.world.mark(commit.nonce)
            self.ledger.started(commit, start, outcome, store.snapshot)
            return outcome
        }
    }

    func commit(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try await perform("commit") { store async throws(StoreError) in
            let before = store.snapshot
            let outcome = try await store.commit(commit)
            self.world.note("\(commit.node) commits \(commit.workflow) \(commit.revision) \(commit.status): \(outcome)")
            self.world.mark(commit.nonce)
            self.ledger.committed(commit, outcome, before, store.snapshot)
            return outcome
        }
    }

    func reopen(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try await perform("reopen") { store async throws(StoreError) in try await store.reopen(commit) }
    }

    func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow? {
        try await perform("workflow") { store async throws(StoreError) in try await store.workflow(id) }
    }

    func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome {
        try await perform("claim") { store async throws(StoreError) in
            let now = self.world.storeTime
            let outcome = try await store.claim(id, for: node)
            if case .workflow(let stored) = outcome, stored.owner == node {
                self.world.note("\(node) has \(id)")
                self.ledger.claimed(id, by: node, at: now)
            }
            return outcome
        }
    }

    func workflows(
        _ filter: WorkflowFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<WorkflowSummary> {
        try await perform("workflows") { store async throws(StoreError) in try await store.workflows(filter, page) }
    }

    func history(of id: WorkflowID, _ page: PageRequest) async throws(StoreError) -> Page<HistoryEntry>? {
        try await perform("history") { store async throws(StoreError) in try await store.history(of: id, page) }
    }

    func events(after place: HistoryPlace?, limit: Int) async throws(StoreError) -> ServiceEventPage {
        try await perform("events") { store async throws(StoreError) in
            try await store.events(after: place, limit: limit)
        }
    }

    // MARK: Mail

    func send(_ letter: Letter, to id: WorkflowID, from node: NodeID) async throws(StoreError) -> Posting {
        try await perform("send") { store async throws(StoreError) in
            let now = self.world.storeTime
            let posting = try await store.send(letter, to: id, from: node)
            self.world.note("\(node) sends a letter to \(id): \(posting)")
            if store.snapshot.owner(of: id) == node { self.ledger.claimed(id, by: node, at: now) }
            return posting
        }
    }

    func surroundings(
        of id: WorkflowID, steps: [Int], after place: StreamPlace
    ) async throws(StoreError) -> Surroundings {
        try await perform("surroundings") { store async throws(StoreError) in
            try await store.surroundings(of: id, steps: steps, after: place)
        }
    }

    func inbox(of node: NodeID, limit: Int) async throws(StoreError) -> [WorkflowID] {
        try await perform("inbox") { store async throws(StoreError) in try await store.inbox(of: node, limit: limit) }
    }

    // MARK: Escalations

    func escalation(_ id: EscalationID) async throws(StoreError) -> StoredEscalation? {
        try await perform("escalation") { store async throws(StoreError) in try await store.escalation(id) }
    }

    func escalations(
        _ filter: EscalationFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<StoredEscalation> {
        try await perform("escalations") { store async throws(StoreError) in
            try await store.escalations(filter, page)
        }
    }

    // MARK: Agents

    /// Agents of a simulation ask nodes.
    func publishProtocol(_ terms: AgentTerms) {}

    func register(_ agent: AgentRegistration) async throws(StoreError) {
        try await perform("register") { store async throws(StoreError) in try await store.register(agent) }
    }

    func agent(_ id: AgentID) async throws(StoreError) -> RegisteredAgent? {
        try await perform("agent") { store async throws(StoreError) in try await store.agent(id) }
    }

    func agents(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredAgent> {
        try await perform("agents") { store async throws(StoreError) in try await store.agents(page) }
    }

    func take(_ request: TakeRequest, at node: NodeID) async throws(StoreError) -> TakeOutcome {
        try await perform("take") { store async throws(StoreError) in
            let outcome = try await store.take(request, at: node)
            if case .alive(let taken) = outcome {
                for task in taken.tasks {
                    self.world.note("\(request.agent) gets \(task.dispatch.task) #\(task.dispatch.attempt)")
                }
                self.ledger.took(request.agent, taken.tasks)
                if let profile = try await store.agent(request.agent)?.profile {
                    self.ledger.check(request.agent, profile, mayTake: taken.tasks)
                }
            }
            return outcome
        }
    }

    func conduct(_ agent: AgentID, _ conduct: AgentConduct) async throws(StoreError) -> ConductOutcome {
        try await perform("conduct") { store async throws(StoreError) in try await store.conduct(agent, conduct) }
    }

    func learn(_ tallies: [(key: TallyKey, tally: AgentTally)]) async throws(StoreError) {
        try await perform("learn") { store async throws(StoreError) in try await store.learn(tallies) }
    }

    func passOn(_ call: TaskCall, from node: NodeID) async throws(StoreError) {
        try await perform("passOn") { store async throws(StoreError) in try await store.passOn(call, from: node) }
    }

    func deregister(_ agent: AgentID, at node: NodeID) async throws(StoreError) -> Departures? {
        try await perform("deregister") { store async throws(StoreError) in
            try await store.deregister(agent, at: node)
        }
    }

    func removeLostAgents(for node: NodeID) async throws(StoreError) -> Departures {
        try await perform("removeLostAgents") { store async throws(StoreError) in
            try await store.removeLostAgents(for: node)
        }
    }

    // MARK: Task types

    func configure(_ type: String, _ settings: TaskTypeSettings?) async throws(StoreError) {
        try await perform("configure") { store async throws(StoreError) in try await store.configure(type, settings) }
    }

    func settings(newerThan revision: Int) async throws(StoreError) -> TaskTypeTable? {
        try await perform("settings") { store async throws(StoreError) in
            try await store.settings(newerThan: revision)
        }
    }

    func taskTypes(_ page: PageRequest) async throws(StoreError) -> Page<TaskTypeStatus> {
        try await perform("taskTypes") { store async throws(StoreError) in try await store.taskTypes(page) }
    }

    func taskType(_ name: String) async throws(StoreError) -> TaskTypeStatus? {
        try await perform("taskType") { store async throws(StoreError) in try await store.taskType(name) }
    }

    func pool() async throws(StoreError) -> [AgentLoad] {
        try await perform("pool") { store async throws(StoreError) in try await store.pool() }
    }

    func queued(of id: WorkflowID, steps: [Int]) async throws(StoreError) -> [QueuedTask] {
        try await perform("queued") { store async throws(StoreError) in
            try await store.queued(of: id, steps: steps)
        }
    }

    // MARK: Nodes

    func heartbeat(_ report: NodeReport) async throws(StoreError) -> NodeHeartbeat {
        try await perform("heartbeat") { store async throws(StoreError) in
            let heartbeat = try await store.heartbeat(report)
            if heartbeat.standing != .dead { self.ledger.extended(report.id, to: heartbeat.now + report.lease) }
            return heartbeat
        }
    }

    func leave(_ node: NodeID) async throws(StoreError) {
        try await perform("leave") { store async throws(StoreError) in
            try await store.leave(node)
            self.world.note("\(node) leaves")
            self.ledger.left(node)
        }
    }

    func owned(by node: NodeID) async throws(StoreError) -> [WorkflowID] {
        try await perform("owned") { store async throws(StoreError) in try await store.owned(by: node) }
    }

    func nodes(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredNode> {
        try await perform("nodes") { store async throws(StoreError) in try await store.nodes(page) }
    }

    func claimOrphans(
        of former: NodeID, for node: NodeID, number: Int, limit: Int
    ) async throws(StoreError) -> [WorkflowID] {
        try await perform("claimOrphans") { store async throws(StoreError) in
            let now = self.world.storeTime
            let claimed = try await store.claimOrphans(of: former, for: node, number: number, limit: limit)
            // Some of what is told once more may be another's by now.
            for id in claimed where store.snapshot.owner(of: id) == node {
                self.world.note("\(node) claims \(id) of \(former)")
                self.ledger.claimed(id, by: node, at: now)
            }
            return claimed
        }
    }

    // MARK: Quarantine

    /// Only what cannot be read is put there, and here everything can be.
    func quarantine(_ quarantine: Quarantine) async throws(StoreError) -> QuarantineOutcome {
        ledger.report(.nothingLost, "\(quarantine.workflow) was put in quarantine: \(quarantine.failure.message)")
        return try await perform("quarantine") { store async throws(StoreError) in
            try await store.quarantine(quarantine)
        }
    }

    func handle(_ change: HandlingChange) async throws(StoreError) -> HandlingOutcome {
        try await perform("handle") { store async throws(StoreError) in try await store.handle(change) }
    }

    func decide(_ decision: QuarantineDecision) async throws(StoreError) -> DecisionOutcome {
        try await perform("decide") { store async throws(StoreError) in try await store.decide(decision) }
    }

    // MARK: Operations

    func counts() async throws(StoreError) -> StoreCounts {
        try await perform("counts") { store async throws(StoreError) in try await store.counts() }
    }

    func sweep(limit: Int) async throws(StoreError) -> Int {
        try await perform("sweep") { store async throws(StoreError) in try await store.sweep(limit: limit) }
    }

    func unavailability() async -> String? { link.isDead ? "this node is dead" : nil }
}
