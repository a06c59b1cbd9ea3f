package import WorkflowCore

/// What is known of an open step, from which its reason is decided.
package struct StepFacts: Hashable, Sendable {
    package let id: String
    package let state: StepState
    package var taskType: String?
    /// Those that it comes after and that have not ended.
    package var waitsFor: [String] = []
    /// The open question of the step, or of the whole workflow in quarantine.
    package var question: OpenQuestion?
    /// Only of a step whose task waits.
    package var queue: QueueFacts?
    /// Only of a step that an agent works on: when that was last heard of.
    package var heardAt: Instant?

    package init(id: String, state: StepState) {
        self.id = id
        self.state = state
    }
}

/// A question that waits for a person.
package struct OpenQuestion: Hashable, Sendable {
    package let id: EscalationID
    /// As the question has it.
    package let since: String?

    package init(id: EscalationID, since: String?) {
        self.id = id
        self.since = since
    }
}

/// How it stands where a task waits.
package struct QueueFacts: Hashable, Sendable {
    package var status: TaskTypeStatus
    /// Those that are capable of its type.
    package var agents: [AgentLoad]
    package var task: QueuedTask
    /// What the agent has to have that takes it.
    package var requires: Constraints

    package init(
        status: TaskTypeStatus, agents: [AgentLoad], task: QueuedTask, requires: Constraints = Constraints()
    ) {
        self.status = status
        self.agents = agents
        self.task = task
        self.requires = requires
    }
}
