/// An entry of a workflow's history: what happened, to which step, and by whom. It refers to results and payloads
/// and does not repeat them.
package struct HistoryEvent: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case workflowStarted = "workflow_started"
        case workflowEscalated = "workflow_escalated"
        case workflowResumed = "workflow_resumed"
        case workflowCompleted = "workflow_completed"
        case workflowFailed = "workflow_failed"
        case workflowCancelled = "workflow_cancelled"
        case workflowRetried = "workflow_retried"
        case workflowQuarantined = "workflow_quarantined"
        case stepQueued = "step_queued"
        case stepStarted = "step_started"
        case stepProgressed = "step_progressed"
        case stepGuided = "step_guided"
        case guidanceAcknowledged = "guidance_acknowledged"
        case stepStuck = "step_stuck"
        case attemptFailed = "attempt_failed"
        case stepCompleted = "step_completed"
        case stepSkipped = "step_skipped"
        case stepFailed = "step_failed"
        case stepCancelled = "step_cancelled"
        case answerRefused = "answer_refused"
        case escalationOpened = "escalation_opened"
        case escalationClaimed = "escalation_claimed"
        case escalationReleased = "escalation_released"
        case escalationReassigned = "escalation_reassigned"
        case escalationCommented = "escalation_commented"
        case escalationVoted = "escalation_voted"
        case escalationResolved = "escalation_resolved"
    }

    package var kind: Kind
    package var at: Instant
    package var stepID: String?
    package var attempt: Int?
    package var agent: AgentID?
    package var failure: Failure?
    package var escalation: Int?
    /// What an escalation was resolved with.
    package var action: String?
    /// The person who acted.
    package var by: String?
    package var reason: String?
    /// Whose an escalation is now.
    package var assignee: String?
    /// When the next attempt is due, or a claim ends.
    package var until: Instant?

    package init(_ kind: Kind, at: Instant, stepID: String? = nil, attempt: Int? = nil, agent: AgentID? = nil) {
        self.kind = kind
        self.at = at
        self.stepID = stepID
        self.attempt = attempt
        self.agent = agent
    }
}
