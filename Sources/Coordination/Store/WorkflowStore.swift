package import WorkflowCore

/// Where workflows, agents and nodes live between two moments of a process: Redis, or its twin in memory.
///
/// Every method is atomic, and may be called again after `StoreError.unavailable` without doing more than once. All
/// times are the store's.
package protocol WorkflowStore: Sendable {
    // MARK: Workflows

    /// Stores a new workflow with its first transition, owned by the node that commits.
    func start(_ commit: Commit, of start: StartedWorkflow) async throws(StoreError) -> StartOutcome

    /// Stores one transition, or nothing if the coordinator's node is not the owner any more.
    func commit(_ commit: Commit) async throws(StoreError) -> CommitOutcome

    /// The same for the transition by which a workflow that has ended goes on: its coordinator's node is the owner from
    /// here on. Nothing is stored if it goes on already.
    func reopen(_ commit: Commit) async throws(StoreError) -> CommitOutcome

    /// The workflow as committed last; `nil` if there is none.
    func workflow(_ id: WorkflowID) async throws(StoreError) -> StoredWorkflow?

    /// The workflow for a node that wants to coordinate it: claimed, if its owner is gone (as `NodeHeartbeat.ended`
    /// has it), which is taken for dead by that. One that has ended is given without a claim.
    func claim(_ id: WorkflowID, for node: NodeID) async throws(StoreError) -> ClaimOutcome

    /// Newest first. A page may hold fewer than asked for, although more follow.
    func workflows(
        _ filter: WorkflowFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<WorkflowSummary>

    /// Oldest first; `nil` if there is no such workflow.
    func history(of id: WorkflowID, _ page: PageRequest) async throws(StoreError) -> Page<HistoryEntry>?

    /// What happened to all workflows after a place, oldest first; for `nil` nothing but the latest place. What happens
    /// is kept for `ServiceEvent.memory` after somebody has asked last.
    func events(after place: HistoryPlace?, limit: Int) async throws(StoreError) -> ServiceEventPage

    // MARK: Mail

    /// Puts a letter in the workflow's mailbox and tells its owner. If the owner is gone the workflow is claimed for
    /// the sender's node instead.
    func send(_ letter: Letter, to id: WorkflowID, from node: NodeID) async throws(StoreError) -> Posting

    /// Who holds the open tasks of these steps, and when those were heard of that have to be; and which letters lie in
    /// the mailbox after a place.
    func surroundings(
        of id: WorkflowID, steps: [Int], after place: StreamPlace
    ) async throws(StoreError) -> Surroundings

    /// Some workflows of a node that have mail.
    func inbox(of node: NodeID, limit: Int) async throws(StoreError) -> [WorkflowID]

    // MARK: Escalations

    func escalation(_ id: EscalationID) async throws(StoreError) -> StoredEscalation?

    /// Newest first. A page may hold fewer than asked for, although more follow.
    func escalations(
        _ filter: EscalationFilter, _ page: PageRequest
    ) async throws(StoreError) -> Page<StoredEscalation>

    // MARK: Quarantine

    /// Takes a workflow from its owner, and asks a person what becomes of it.
    func quarantine(_ quarantine: Quarantine) async throws(StoreError) -> QuarantineOutcome

    /// Changes what people have done about the escalation of a workflow in quarantine; about others, a commit does.
    func handle(_ change: HandlingChange) async throws(StoreError) -> HandlingOutcome

    /// Does what a person decided about a workflow in quarantine.
    func decide(_ decision: QuarantineDecision) async throws(StoreError) -> DecisionOutcome

    // MARK: Agents

    func register(_ agent: AgentRegistration) async throws(StoreError)
    func agent(_ id: AgentID) async throws(StoreError) -> RegisteredAgent?
    /// Newest first.
    func agents(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredAgent>

    /// Adds to what is known of agents how attempts of theirs ended. What fails may be lost: it is not sent again.
    func learn(_ tallies: [(key: TallyKey, tally: AgentTally)]) async throws(StoreError)

    /// A sign of life and a wish for tasks, in one step, from an agent that asks at this node.
    func take(_ request: TakeRequest, at node: NodeID) async throws(StoreError) -> TakeOutcome

    /// Has an agent take nothing new, or take tasks again, and wakes it if it waits.
    func conduct(_ agent: AgentID, _ conduct: AgentConduct) async throws(StoreError) -> ConductOutcome

    /// No agent waits at the node that may take such a task: another node is told that there is one.
    func passOn(_ call: TaskCall, from node: NodeID) async throws(StoreError)

    /// Takes an agent out of the registry, and gives what it still holds, for the node to give back; `nil` if there is
    /// no such agent. What was directed to it is for others.
    func deregister(_ agent: AgentID, at node: NodeID) async throws(StoreError) -> Departures?

    /// Takes those out whose lifetime has ended, and gives what any departed agent still holds, for the node to give
    /// back: no other node is told the same for a while.
    func removeLostAgents(for node: NodeID) async throws(StoreError) -> Departures

    /// Makes known to agents that reach the store themselves how they are to speak to it, in place of what was known
    /// before.
    func publishProtocol(_ terms: AgentTerms) async throws(StoreError)

    // MARK: Task types

    /// Sets what holds for the tasks of a type from now on, at every node, in place of what was set before; `nil` for
    /// nothing.
    func configure(_ type: String, _ settings: TaskTypeSettings?) async throws(StoreError)

    /// All that is set; `nil` if that has not changed since this revision.
    func settings(newerThan revision: Int) async throws(StoreError) -> TaskTypeTable?

    /// In the order of their names: every type that agents were capable of, that tasks were queued of, or that has
    /// settings.
    func taskTypes(_ page: PageRequest) async throws(StoreError) -> Page<TaskTypeStatus>
    func taskType(_ name: String) async throws(StoreError) -> TaskTypeStatus?

    /// The agents that are not gone, in any order.
    func pool() async throws(StoreError) -> [AgentLoad]

    /// Where the tasks of these steps wait.
    func queued(of id: WorkflowID, steps: [Int]) async throws(StoreError) -> [QueuedTask]

    // MARK: Nodes

    /// Moves the end of the node's lease, and keeps what it says of itself; does nothing if others have taken it for
    /// dead.
    func heartbeat(_ report: NodeReport) async throws(StoreError) -> NodeHeartbeat

    /// The node ends: what it owns may be claimed at once.
    func leave(_ node: NodeID) async throws(StoreError)

    /// Newest first. Those that are gone are remembered for an hour.
    func nodes(_ page: PageRequest) async throws(StoreError) -> Page<RegisteredNode>

    /// The workflows that have not ended and whose owner is the node.
    func owned(by node: NodeID) async throws(StoreError) -> [WorkflowID]

    /// Takes a node whose lease has ended for dead, and claims some of its workflows; fewer than the limit when no more
    /// are left. A node numbers its claims from 1 on: the last one, asked for again, gives the same as before.
    func claimOrphans(
        of former: NodeID, for node: NodeID, number: Int, limit: Int
    ) async throws(StoreError) -> [WorkflowID]

    // MARK: Operations

    func counts() async throws(StoreError) -> StoreCounts

    /// Forgets some of what has ended long enough ago; says how many, at most the limit.
    func sweep(limit: Int) async throws(StoreError) -> Int

    /// `nil` while the store answers, otherwise why it does not.
    func unavailability() async -> String?
}

/// How often an agent is to be heard of, and after what silence it is lost.
package struct AgentTerms: Hashable, Sendable {
    package let heartbeat: Duration
    package let lostAfter: Duration

    package init(heartbeat: Duration, lostAfter: Duration) {
        self.heartbeat = heartbeat
        self.lostAfter = lostAfter
    }
}
