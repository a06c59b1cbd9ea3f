package import JSON
package import WorkflowCore

/// Why a node did not do what it was asked.
package enum CoordinationError: Error, Hashable, Sendable {
    case unknownWorkflow(WorkflowID)
    case unknownAgent(AgentID)
    case unknownEscalation(EscalationID)
    case unknownTaskType(String)
    /// The agent is lost or has left.
    case agentGone(AgentID)
    /// The plan, or what else was sent, is not accepted.
    case rejected([JSONProblem])
    /// The idempotency key came with another request.
    case keyReused
    /// Another node coordinates the workflow.
    case ownedElsewhere(WorkflowID, NodeID)
    /// Nobody could go on with the workflow, and a person is asked what becomes of it.
    case quarantined(WorkflowID, reason: String?)
    /// Not now; asking again is safe.
    case unavailable(String)
    /// What is stored cannot be understood.
    case damaged(String)

    package init(_ error: StoreError) {
        switch error {
        case .unavailable(let reason): self = .unavailable(reason)
        case .damaged(let reason): self = .damaged(reason)
        }
    }
}
