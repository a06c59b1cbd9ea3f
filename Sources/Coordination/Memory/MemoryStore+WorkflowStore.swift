package import WorkflowCore

/// The contract, each method one step of the state.
extension MemoryStore {
    package func start(_ commit: Commit, of start: StartedWorkflow) async throws(StoreError) -> StartOutcome {
        try perform(.start) { $0.start(commit, of: start, at: $1) }
    }

    package func commit(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try perform(.commit) { $0.commit(commit, at: $1) }
    }

    package func reopen(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try perform(.reopen) { $0.reopen(commit, at: $1) }
    }

    package func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow? {
        try perform(.workflow) { state, _ in state.workflow(id) }
    }

    package func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome {
        try perform(.claim) { $0.claim(id, for: node, at: $1) }
    }

    package func send(_ letter: Letter, to id: WorkflowID, from node: NodeID) async throws(StoreError) -> Posting {
        try perform(.send) { $0.send(letter, to: id, from: node, at: $1) }
    }

    package func surroundings(
        of id: WorkflowID, steps: [Int], after place: StreamPlace
    ) async throws(StoreError) -> Surroundings {
        try perform(.surroundings) { state, _ in state.surroundings(of: id, steps: steps, after: place) }
    }

    package func inbox(of node: NodeID, limit: Int) async throws(StoreError) -> [WorkflowID] {
        try perform(.inbox) { state, _ in state.inbox(of: node, limit: limit) }
    }

    package func workflows(
        _ filter: WorkflowFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<WorkflowSummary> {
        try perform(.workflows) { state, _ in state.workflows(filter, page) }
    }

    package func history(of id: WorkflowID, _ page: PageRequest) async throws(StoreError) -> Page<HistoryEntry>? {
        try perform(.history) { state, _ in state.history(of: id, page) }
    }

    package func events(after place: HistoryPlace?, limit: Int) async throws(StoreError) -> ServiceEventPage {
        try perform(.events) { $0.events(after: place, limit: limit, at: $1) }
    }

    package func escalation(_ id: EscalationID) async throws(StoreError) -> StoredEscalation? {
        try perform(.escalation) { state, _ in state.escalation(id) }
    }

    package func escalations(
        _ filter: EscalationFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<StoredEscalation> {
        try perform(.escalations) { state, _ in state.escalations(filter, page) }
    }

    package func quarantine(_ quarantine: Quarantine) async throws(StoreError) -> QuarantineOutcome {
        try perform(.quarantine) { $0.quarantine(quarantine, at: $1) }
    }

    package func decide(_ decision: QuarantineDecision) async throws(StoreError) -> DecisionOutcome {
        try perform(.decide) { $0.decide(decision, at: $1) }
    }

    package func handle(_ change: HandlingChange) async throws(StoreError) -> HandlingOutcome {
        try perform(.handle) { $0.handle(change, at: $1) }
    }

    /// Nobody reaches it but nodes.
    package func publishProtocol(_ terms: AgentTerms) {}

    package func register(_ agent: AgentRegistration) async throws(StoreError) {
        try perform(.register) { $0.register(agent, at: $1) }
    }

    package func agent(_ id: AgentID) async throws(StoreError) -> RegisteredAgent? {
        try perform(.agent) { state, _ in state.agent(id) }
    }

    package func agents(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredAgent> {
        try perform(.agents) { state, _ in state.agents(page) }
    }

    package func take(_ request: TakeRequest, at node: NodeID) async throws(StoreError) -> TakeOutcome {
        try perform(.take) { $0.take(request, at: $1, node: node) }
    }

    package func conduct(_ agent: AgentID, _ conduct: AgentConduct) async throws(StoreError) -> ConductOutcome {
        try perform(.conduct) { state, _ in state.conduct(agent, conduct) }
    }

    package func learn(_ tallies: [(key: TallyKey, tally: AgentTally)]) async throws(StoreError) {
        try perform(.learn) { $0.learn(tallies, at: $1) }
    }

    package func passOn(_ call: TaskCall, from node: NodeID) async throws(StoreError) {
        try perform(.passOn) { $0.passOn(call, from: node, at: $1) }
    }

    package func deregister(
        _ agent: AgentID, at node: NodeID
    ) async throws(StoreError) -> Departures? {
        try perform(.deregister) { $0.deregister(agent, for: node, at: $1) }
    }

    package func removeLostAgents(for node: NodeID) async throws(StoreError) -> Departures {
        try perform(.removeLostAgents) { $0.removeLostAgents(for: node, at: $1) }
    }

    package func configure(_ type: String, _ settings: TaskTypeSettings?) async throws(StoreError) {
        try perform(.configure) { state, _ in state.configure(type, settings) }
    }

    package func settings(newerThan revision: Int) async throws(StoreError) -> TaskTypeTable? {
        try perform(.settings) { state, _ in state.settings(newerThan: revision) }
    }

    package func taskTypes(_ page: PageRequest) async throws(StoreError) -> Page<TaskTypeStatus> {
        try perform(.taskTypes) { $0.taskTypes(page, at: $1) }
    }

    package func taskType(_ name: String) async throws(StoreError) -> TaskTypeStatus? {
        try perform(.taskType) { $0.taskType(name, at: $1) }
    }

    package func pool() async throws(StoreError) -> [AgentLoad] { try perform(.pool) { state, _ in state.pool() } }

    package func queued(of id: WorkflowID, steps: [Int]) async throws(StoreError) -> [QueuedTask] {
        try perform(.queued) { $0.queued(of: id, steps: steps, at: $1) }
    }

    package func heartbeat(_ report: NodeReport) async throws(StoreError) -> NodeHeartbeat {
        try perform(.heartbeat) { $0.heartbeat(report, at: $1) }
    }

    package func leave(_ node: NodeID) async throws(StoreError) {
        try perform(.leave) { $0.leave(node, at: $1) }
    }

    package func nodes(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredNode> {
        try perform(.nodes) { $0.nodes(page, at: $1) }
    }

    package func owned(by node: NodeID) async throws(StoreError) -> [WorkflowID] {
        try perform(.owned) { state, _ in state.owned(by: node) }
    }

    package func claimOrphans(
        of former: NodeID, for node: NodeID, number: Int, limit: Int
    ) async throws(StoreError) -> [WorkflowID] {
        try perform(.claimOrphans) { $0.claimOrphans(of: former, for: node, number: number, limit: limit, at: $1) }
    }

    package func counts() async throws(StoreError) -> StoreCounts {
        try perform(.counts) { state, _ in state.counts }
    }

    package func sweep(limit: Int) async throws(StoreError) -> Int {
        try perform(.sweep) { $0.sweep(limit: limit, at: $1) }
    }

    package func unavailability() async -> String? {
        fault(of: .unavailability).map { _ in "the memory is not available" }
    }
}
