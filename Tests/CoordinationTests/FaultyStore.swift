import Coordination
import Synchronization
import TestKit
import WorkflowCore

/// A store between whose calls and the real one a test may put faults, exactly where it wants them.
final class FaultyStore: WorkflowStore {
    enum Call: String, Sendable {
        case start, commit, workflow, claim, send, take, heartbeat, leave, owned, claimOrphans, removeLostAgents,
            quarantine
        case other
    }

    enum Fault: Sendable {
        case pass
        /// Not done, and unavailable.
        case refuse
        /// Not done, because it should not be possible.
        case damage
        /// Done, and unavailable all the same.
        case loseReply
        /// Done when the signal comes.
        case hold(Signal)
        /// Done, and answered when the signal comes.
        case holdReply(Signal)
        /// Not done, nor anything after it: the process dies here.
        case die
        /// Done, and then the process dies.
        case dieAfter
    }

    private let inner: any WorkflowStore
    private let faults = Mutex<[Call: [Fault]]>([:])
    private let isCut = Atomic(false)
    /// Every call that was made, at the moment at which it was.
    let calls = EventLog<Call>()

    init(_ inner: any WorkflowStore) {
        self.inner = inner
    }

    /// What becomes of the next calls of this kind, one after another; those after them pass.
    func script(_ call: Call, _ next: [Fault]) {
        faults.withLock { $0[call] = next }
    }

    /// From here on nothing gets through, and no answer comes: the process that has this store is as good as dead.
    func cut() { isCut.store(true, ordering: .relaxed) }

    func count(_ call: Call) -> Int { calls.events.count { $0 == call } }

    private func perform<Answer>(
        _ call: Call, _ ask: () async throws(StoreError) -> Answer
    ) async throws(StoreError) -> Answer {
        calls.record(call)
        try check()
        let fault = faults.withLock { faults -> Fault in
            guard faults[call]?.isEmpty == false else { return .pass }
            return faults[call]?.removeFirst() ?? .pass
        }
        switch fault {
        case .pass: break
        case .damage: throw .damaged("damaged by the test")
        case .refuse: throw .unavailable("refused by the test")
        case .loseReply:
            _ = try await ask()
            throw .unavailable("its reply was lost by the test")
        case .hold(let signal): try? await signal.wait(within: .seconds(50))
        case .holdReply(let signal):
            let answer = try await ask()
            try? await signal.wait(within: .seconds(50))
            return answer
        case .die: cut()
        case .dieAfter:
            _ = try await ask()
            cut()
        }
        try check()
        let answer = try await ask()
        try check()
        return answer
    }

    private func check() throws(StoreError) {
        if isCut.load(ordering: .relaxed) { throw .unavailable("cut by the test") }
    }

    // MARK: The store

    func start(_ commit: Commit, of start: StartedWorkflow) async throws(StoreError) -> StartOutcome {
        try await perform(.start) { () async throws(StoreError) in try await inner.start(commit, of: start) }
    }

    func commit(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try await perform(.commit) { () async throws(StoreError) in try await inner.commit(commit) }
    }

    func reopen(_ commit: Commit) async throws(StoreError) -> CommitOutcome {
        try await perform(.other) { () async throws(StoreError) in try await inner.reopen(commit) }
    }

    func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow? {
        try await perform(.workflow) { () async throws(StoreError) in try await inner.workflow(id) }
    }

    func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome {
        try await perform(.claim) { () async throws(StoreError) in try await inner.claim(id, for: node) }
    }

    func send(_ letter: Letter, to id: WorkflowID, from node: NodeID) async throws(StoreError) -> Posting {
        try await perform(.send) { () async throws(StoreError) in try await inner.send(letter, to: id, from: node) }
    }

    func surroundings(
        of id: WorkflowID, steps: [Int], after place: StreamPlace
    ) async throws(StoreError) -> Surroundings {
        try await perform(.other) { () async throws(StoreError) in
            try await inner.surroundings(of: id, steps: steps, after: place)
        }
    }

    func inbox(of node: NodeID, limit: Int) async throws(StoreError) -> [WorkflowID] {
        try await perform(.other) { () async throws(StoreError) in try await inner.inbox(of: node, limit: limit) }
    }

    func workflows(
        _ filter: WorkflowFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<WorkflowSummary> {
        try await perform(.other) { () async throws(StoreError) in try await inner.workflows(filter, page) }
    }

    func history(of id: WorkflowID, _ page: PageRequest) async throws(StoreError) -> Page<HistoryEntry>? {
        try await perform(.other) { () async throws(StoreError) in try await inner.history(of: id, page) }
    }

    func events(after place: HistoryPlace?, limit: Int) async throws(StoreError) -> ServiceEventPage {
        try await perform(.other) { () async throws(StoreError) in try await inner.events(after: place, limit: limit) }
    }

    func escalation(_ id: EscalationID) async throws(StoreError) -> StoredEscalation? {
        try await perform(.other) { () async throws(StoreError) in try await inner.escalation(id) }
    }

    func escalations(
        _ filter: EscalationFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<StoredEscalation> {
        try await perform(.other) { () async throws(StoreError) in try await inner.escalations(filter, page) }
    }

    func quarantine(_ quarantine: Quarantine) async throws(StoreError) -> QuarantineOutcome {
        try await perform(.quarantine) { () async throws(StoreError) in try await inner.quarantine(quarantine) }
    }

    func handle(_ change: HandlingChange) async throws(StoreError) -> HandlingOutcome {
        try await perform(.other) { () async throws(StoreError) in try await inner.handle(change) }
    }

    func decide(_ decision: QuarantineDecision) async throws(StoreError) -> DecisionOutcome {
        try await perform(.other) { () async throws(StoreError) in try await inner.decide(decision) }
    }

    func publishProtocol(_ terms: AgentTerms) async throws(StoreError) {
        try await perform(.other) { () async throws(StoreError) in try await inner.publishProtocol(terms) }
    }

    func register(_ agent: AgentRegistration) async throws(StoreError) {
        try await perform(.other) { () async throws(StoreError) in try await inner.register(agent) }
    }

    func agent(_ id: AgentID) async throws(StoreError) -> RegisteredAgent? {
        try await perform(.other) { () async throws(StoreError) in try await inner.agent(id) }
    }

    func agents(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredAgent> {
        try await perform(.other) { () async throws(StoreError) in try await inner.agents(page) }
    }

    func take(_ request: TakeRequest, at node: NodeID) async throws(StoreError) -> TakeOutcome {
        try await perform(.take) { () async throws(StoreError) in try await inner.take(request, at: node) }
    }

    func conduct(_ agent: AgentID, _ conduct: AgentConduct) async throws(StoreError) -> ConductOutcome {
        try await perform(.other) { () async throws(StoreError) in try await inner.conduct(agent, conduct) }
    }

    func learn(_ tallies: [(key: TallyKey, tally: AgentTally)]) async throws(StoreError) {
        try await perform(.other) { () async throws(StoreError) in try await inner.learn(tallies) }
    }

    func passOn(_ call: TaskCall, from node: NodeID) async throws(StoreError) {
        try await perform(.other) { () async throws(StoreError) in try await inner.passOn(call, from: node) }
    }

    func deregister(_ agent: AgentID, at node: NodeID) async throws(StoreError) -> Departures? {
        try await perform(.other) { () async throws(StoreError) in try await inner.deregister(agent, at: node) }
    }

    func removeLostAgents(for node: NodeID) async throws(StoreError) -> Departures {
        try await perform(.removeLostAgents) { () async throws(StoreError) in
            try await inner.removeLostAgents(for: node)
        }
    }

    func configure(_ type: String, _ settings: TaskTypeSettings?) async throws(StoreError) {
        try await perform(.other) { () async throws(StoreError) in try await inner.configure(type, settings) }
    }

    func settings(newerThan revision: Int) async throws(StoreError) -> TaskTypeTable? {
        try await perform(.other) { () async throws(StoreError) in try await inner.settings(newerThan: revision) }
    }

    func taskTypes(_ page: PageRequest) async throws(StoreError) -> Page<TaskTypeStatus> {
        try await perform(.other) { () async throws(StoreError) in try await inner.taskTypes(page) }
    }

    func taskType(_ name: String) async throws(StoreError) -> TaskTypeStatus? {
        try await perform(.other) { () async throws(StoreError) in try await inner.taskType(name) }
    }

    func pool() async throws(StoreError) -> [AgentLoad] {
        try await perform(.other) { () async throws(StoreError) in try await inner.pool() }
    }

    func queued(of id: WorkflowID, steps: [Int]) async throws(StoreError) -> [QueuedTask] {
        try await perform(.other) { () async throws(StoreError) in try await inner.queued(of: id, steps: steps) }
    }

    func heartbeat(_ report: NodeReport) async throws(StoreError) -> NodeHeartbeat {
        try await perform(.heartbeat) { () async throws(StoreError) in try await inner.heartbeat(report) }
    }

    func nodes(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredNode> {
        try await perform(.other) { () async throws(StoreError) in try await inner.nodes(page) }
    }

    func leave(_ node: NodeID) async throws(StoreError) {
        try await perform(.leave) { () async throws(StoreError) in try await inner.leave(node) }
    }

    func owned(by node: NodeID) async throws(StoreError) -> [WorkflowID] {
        try await perform(.owned) { () async throws(StoreError) in try await inner.owned(by: node) }
    }

    func claimOrphans(
        of former: NodeID, for node: NodeID, number: Int, limit: Int
    ) async throws(StoreError) -> [WorkflowID] {
        try await perform(.claimOrphans) { () async throws(StoreError) in
            try await inner.claimOrphans(of: former, for: node, number: number, limit: limit)
        }
    }

    func counts() async throws(StoreError) -> StoreCounts {
        try await perform(.other) { () async throws(StoreError) in try await inner.counts() }
    }

    func sweep(limit: Int) async throws(StoreError) -> Int {
        try await perform(.other) { () async throws(StoreError) in try await inner.sweep(limit: limit) }
    }

    func unavailability() async -> String? { await inner.unavailability() }
}
