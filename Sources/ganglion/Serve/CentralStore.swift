import Coordination
import WorkflowCore

/// The store as a central orchestrator would use it: what is stored of all workflows goes one after the other, each
/// only when the one before it is answered, as if one loop handled one event at a time for everybody.
///
/// It is there to be compared with. It is kinder than such an orchestrator: events of one workflow that arrive while
/// others are stored are still applied together, agents take tasks past it, and requests are parsed on every core.
struct CentralStore: WorkflowStore {
    let store: any WorkflowStore
    /// The same for all loops of the node.
    let turnstile: Turnstile

    func start(_ commit: Commit, of start: StartedWorkflow) async throws(StoreError) -> StartOutcome {
        try await turnstile.pass { () async throws(StoreError) in try await store.start(commit, of: start) }
    }

    func commit(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try await turnstile.pass { () async throws(StoreError) in try await store.commit(commit) }
    }
}

/// All else is asked as ever.
extension CentralStore {
    func reopen(_ commit: Commit) async throws(StoreError) -> CommitOutcome { try await store.reopen(commit) }

    func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow? { try await store.workflow(id) }

    func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome {
        try await store.claim(id, for: node)
    }

    func workflows(
        _ filter: WorkflowFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<WorkflowSummary> {
        try await store.workflows(filter, page)
    }

    func history(of id: WorkflowID, _ page: PageRequest) async throws(StoreError) -> Page<HistoryEntry>? {
        try await store.history(of: id, page)
    }

    func events(after place: HistoryPlace?, limit: Int) async throws(StoreError) -> ServiceEventPage {
        try await store.events(after: place, limit: limit)
    }

    func send(_ letter: Letter, to id: WorkflowID, from node: NodeID) async throws(StoreError) -> Posting {
        try await store.send(letter, to: id, from: node)
    }

    func surroundings(
        of id: WorkflowID, steps: [Int], after place: StreamPlace
    ) async throws(StoreError) -> Surroundings {
        try await store.surroundings(of: id, steps: steps, after: place)
    }

    func inbox(of node: NodeID, limit: Int) async throws(StoreError) -> [WorkflowID] {
        try await store.inbox(of: node, limit: limit)
    }

    func escalation(_ id: EscalationID) async throws(StoreError) -> StoredEscalation? {
        try await store.escalation(id)
    }

    func escalations(
        _ filter: EscalationFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<StoredEscalation> {
        try await store.escalations(filter, page)
    }

    func quarantine(_ quarantine: Quarantine) async throws(StoreError) -> QuarantineOutcome {
        try await store.quarantine(quarantine)
    }

    func handle(_ change: HandlingChange) async throws(StoreError) -> HandlingOutcome {
        try await store.handle(change)
    }

    func decide(_ decision: QuarantineDecision) async throws(StoreError) -> DecisionOutcome {
        try await store.decide(decision)
    }

    func publishProtocol(_ terms: AgentTerms) async throws(StoreError) { try await store.publishProtocol(terms) }

    func register(_ agent: AgentRegistration) async throws(StoreError) { try await store.register(agent) }

    func agent(_ id: AgentID) async throws(StoreError) -> RegisteredAgent? { try await store.agent(id) }

    func agents(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredAgent> {
        try await store.agents(page)
    }

    func take(_ request: TakeRequest, at node: NodeID) async throws(StoreError) -> TakeOutcome {
        try await store.take(request, at: node)
    }

    func conduct(_ agent: AgentID, _ conduct: AgentConduct) async throws(StoreError) -> ConductOutcome {
        try await store.conduct(agent, conduct)
    }

    func learn(_ tallies: [(key: TallyKey, tally: AgentTally)]) async throws(StoreError) {
        try await store.learn(tallies)
    }

    func passOn(_ call: TaskCall, from node: NodeID) async throws(StoreError) {
        try await store.passOn(call, from: node)
    }

    func deregister(_ agent: AgentID, at node: NodeID) async throws(StoreError) -> Departures? {
        try await store.deregister(agent, at: node)
    }

    func removeLostAgents(for node: NodeID) async throws(StoreError) -> Departures {
        try await store.removeLostAgents(for: node)
    }

    func configure(_ type: String, _ settings: TaskTypeSettings?) async throws(StoreError) {
        try await store.configure(type, settings)
    }

    func settings(newerThan revision: Int) async throws(StoreError) -> TaskTypeTable? {
        try await store.settings(newerThan: revision)
    }

    func taskTypes(_ page: PageRequest) async throws(StoreError) -> Page<TaskTypeStatus> {
        try await store.taskTypes(page)
    }

    func taskType(_ name: String) async throws(StoreError) -> TaskTypeStatus? { try await store.taskType(name) }

    func pool() async throws(StoreError) -> [AgentLoad] { try await store.pool() }

    func queued(of id: WorkflowID, steps: [Int]) async throws(StoreError) -> [QueuedTask] {
        try await store.queued(of: id, steps: steps)
    }

    func heartbeat(_ report: NodeReport) async throws(StoreError) -> NodeHeartbeat {
        try await store.heartbeat(report)
    }

    func leave(_ node: NodeID) async throws(StoreError) { try await store.leave(node) }

    func nodes(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredNode> { try await store.nodes(page) }

    func owned(by node: NodeID) async throws(StoreError) -> [WorkflowID] { try await store.owned(by: node) }

    func claimOrphans(
        of former: NodeID, for node: NodeID, number: Int, limit: Int
    ) async throws(StoreError) -> [WorkflowID] {
        try await store.claimOrphans(of: former, for: node, number: number, limit: limit)
    }

    func counts() async throws(StoreError) -> StoreCounts { try await store.counts() }

    func sweep(limit: Int) async throws(StoreError) -> Int { try await store.sweep(limit: limit) }

    func unavailability() async -> String? { await store.unavailability() }
}
