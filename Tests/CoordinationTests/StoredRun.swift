import JSON
import Testing
import WorkflowCore

@testable import Coordination

/// A workflow whose transitions a test commits: what a coordinator does, without one.
struct StoredRun {
    let id: WorkflowID
    private(set) var workflow: Workflow
    private(set) var revision = 1
    var node = NodeID.north
    /// When the store may forget it, counted from its end.
    var retention = Duration.seconds(3600)
    let started: StartedWorkflow
    let first: Commit

    init(
        _ plan: String = Self.single, input: JSONText = "{}", id: WorkflowID = .unique(), node: NodeID = .north,
        labels: [String: String] = [:], key: String? = nil, at now: Instant = Self.beginning
    ) throws {
        self.id = id
        self.node = node
        let text = try JSONText(validating: Array(plan.utf8))
        let plan = try Plan(text)
        let transition: Transition
        (workflow, transition) = Workflow.start(id: id, plan: plan, input: input, at: now)
        started = StartedWorkflow(
            name: plan.name, labels: labels, plan: text, input: input, idempotencyKey: key,
            keyLifetime: plan.isExternal ? nil : StartedWorkflow.usualKeyLifetime)
        first = Self.commit([transition], of: workflow, by: node, from: 0, at: now, retention: retention)
    }

    static let beginning = Instant(milliseconds: 1_750_000_000_000)

    /// A plan with one step, `only`, of the type `work`.
    static let single = plan(steps: #"{"id": "only", "task_type": "work"}"#)
    /// Two steps of the type `work` that start at once.
    static let double = plan(
        steps: #"{"id": "left", "task_type": "work"}, {"id": "right", "task_type": "work"}"#)
    /// One step of the type `work`, then one of the type `check`.
    static let chain = plan(
        steps: #"{"id": "draft", "task_type": "work"}, {"id": "check", "task_type": "check", "after": ["draft"]}"#)
    /// One step that is tried once, and then a person is asked.
    static let fragile = plan(steps: #"{"id": "only", "task_type": "work", "retry": {"max_attempts": 1}}"#)
    /// One step that is tried at once again.
    static let hasty = plan(
        steps: #"{"id": "only", "task_type": "work", "retry": {"max_attempts": 3, "initial_backoff": "0s"}}"#)

    /// Without steps: a program adds them.
    static let external = #"{"name": "test", "coordinator": "external"}"#

    static func plan(steps: String) -> String { #"{"name": "test", "steps": [\#(steps)]}"# }

    static func wide(_ steps: Int) -> String {
        plan(steps: (0..<steps).map { #"{"id": "step\#($0)", "task_type": "work"}"# }.joined(separator: ", "))
    }

    func task(_ step: Int = 0) -> TaskID { TaskID(workflow: id, step: step) }

    // MARK: Commits

    /// Stores its start, and gives what the store said.
    @discardableResult
    func start(in store: any WorkflowStore) async throws -> StartOutcome {
        try await store.start(first, of: started)
    }

    /// What the coordinator would commit after these events, from the revision that it knows.
    mutating func next(_ events: Event..., at now: Instant = Self.beginning) -> Commit {
        let transitions = events.map { workflow.apply($0, at: now) }
        defer { revision += 1 }
        return Self.commit(transitions, of: workflow, by: node, from: revision, at: now, retention: retention)
    }

    /// What a node would commit by which the workflow goes on after its end; `nil` if it has not ended so.
    mutating func retry(at now: Instant = Self.beginning) -> Commit? {
        guard let transition = workflow.retry(by: nil, reason: nil, at: now) else { return nil }
        defer { revision += 1 }
        return Self.commit([transition], of: workflow, by: node, from: revision, at: now, retention: retention)
    }

    private static func commit(
        _ transitions: [Transition], of workflow: Workflow, by node: NodeID, from revision: Int, at now: Instant,
        retention: Duration
    ) -> Commit {
        let changed = Set(transitions.flatMap(\.changedSteps)).sorted()
        return Commit(
            workflow: workflow.id, node: node, revision: revision, nonce: UInt64(Unique.next()),
            createdAt: workflow.createdAt, at: now, status: workflow.status, head: workflow.checkpointHead,
            steps: changed.map { ($0, workflow.steps[$0].encoded) }, effects: transitions.flatMap(\.effects),
            traceparent: "00-trace", forgetAt: workflow.status.isTerminal ? now + retention : nil)
    }
}

extension Event {
    static func taken(_ step: Int = 0, attempt: Int = 1, by agent: AgentID = .ada) -> Event {
        .step(step, .taken(attempt: attempt, by: agent, at: StoredRun.beginning))
    }

    static func completed(
        _ step: Int = 0, attempt: Int = 1, by agent: AgentID = .ada, result: JSONText = #"{"done":true}"#
    ) -> Event {
        .step(step, .completed(attempt: attempt, by: agent, result: result))
    }

    static func failed(_ step: Int = 0, attempt: Int = 1, by agent: AgentID = .ada) -> Event {
        .step(step, .failed(attempt: attempt, by: agent, AgentFailure(Failure(code: "broken", message: "it broke"))))
    }

    static func added(_ steps: JSONText) -> Event { .add(steps: steps) }

    static let cancelled = Event.cancel(by: "ops", reason: nil)
}

extension WorkflowID {
    static func unique() -> WorkflowID { numbered(UInt64(Unique.next())) }

    static func numbered(_ number: UInt64) -> WorkflowID {
        WorkflowID(partition: 0, token: RandomToken(high: 7, low: number))
    }
}
