package import JSON
package import WorkflowCore

/// Takes a workflow out of coordination that could not be loaded or gone on with again and again: nobody owns it until
/// a person has decided what becomes of it.
package struct Quarantine: Hashable, Sendable {
    package let workflow: WorkflowID
    /// Who owned it, and could not go on.
    package let node: NodeID
    package let at: Instant
    package let failure: Failure

    package init(workflow: WorkflowID, node: NodeID, at: Instant, failure: Failure) {
        self.workflow = workflow
        self.node = node
        self.at = at
        self.failure = failure
    }

    var escalation: EscalationID { .quarantine(of: workflow) }

    /// Why, as it is stored with the workflow.
    var reason: JSONText {
        var writer = JSONWriter()
        writer.object { failure.writeMembers(to: &$0) }
        return writer.text
    }

    /// What the person is asked.
    var question: JSONText {
        var writer = JSONWriter(reservingCapacity: 512)
        writer.object { writer in
            writer.field("id", escalation)
            writer.field("opened_at", at)
            writer.field("workflow_id", workflow)
            writer.field("kind", "poisoned")
            failure.write("error", to: &writer)
            writer.name("attempts")
            writer.array([Int]()) { _, _ in }
            writer.field("node", node)
        }
        return writer.text
    }

    var event: JSONText {
        var event = HistoryEvent(.workflowQuarantined, at: at)
        event.failure = failure
        event.escalation = escalation.number
        return event.json(of: workflow)
    }
}

package enum QuarantineOutcome: Hashable, Sendable {
    case quarantined
    /// Another node owns the workflow, or none; nothing was done.
    case fenced
    /// Nobody has to go on with it; nothing was done.
    case ended
}

/// What a person decided about a workflow in quarantine.
package struct QuarantineDecision: Hashable, Sendable {
    package let workflow: WorkflowID
    /// Who goes on with it.
    package let node: NodeID
    package let action: Action
    package let by: String
    package let reason: String?
    package let at: Instant
    /// What people have to have done about its escalation, as that is stored; `nil` for nothing.
    package var handled: JSONText?

    package enum Action: Hashable, Sendable {
        /// The node owns it, and tries again.
        case retry
        /// It ends as failed, and is forgotten at that time.
        case fail(forgetAt: Instant)
    }

    package init(
        workflow: WorkflowID, node: NodeID, action: Action, by: String, reason: String?, at: Instant
    ) {
        self.workflow = workflow
        self.node = node
        self.action = action
        self.by = by
        self.reason = reason
        self.at = at
    }

    var escalation: EscalationID { .quarantine(of: workflow) }

    var forgetAt: Instant? {
        if case .fail(let forgetAt) = action { forgetAt } else { nil }
    }

    var resolution: JSONText {
        ClosedEscalation(action: actionName, by: by, reason: reason, at: at).json
    }

    private var actionName: String {
        switch action {
        case .retry: Resolution.Action.retry(payload: nil).name
        case .fail: Resolution.Action.fail.name
        }
    }

    /// What becomes of the other questions of a workflow that ends.
    var cancellation: JSONText {
        ClosedEscalation(action: "cancelled", by: nil, reason: "the workflow has ended", at: at).json
    }

    private var failure: Failure { Failure.byResolution(by: by, reason: reason) }

    /// The failure, as a checkpoint's head has it.
    var failureText: JSONText {
        var writer = JSONWriter()
        writer.object { failure.writeMembers(to: &$0) }
        return writer.text
    }

    /// What stands in the history.
    var events: [JSONText] {
        var resolved = HistoryEvent(.escalationResolved, at: at)
        resolved.escalation = escalation.number
        resolved.action = actionName
        resolved.by = by
        resolved.reason = reason
        guard case .fail = action else { return [resolved.json(of: workflow)] }
        var failed = HistoryEvent(.workflowFailed, at: at)
        failed.failure = failure
        return [resolved.json(of: workflow), failed.json(of: workflow)]
    }
}

package enum DecisionOutcome: Hashable, Sendable {
    case done
    /// It was decided before; nothing was done.
    case decidedBefore
    /// People have done something else about it meanwhile; nothing was done.
    case changed
    /// The workflow was never in quarantine.
    case unknown
}

/// What people have done about an escalation of a workflow in quarantine.
package struct HandlingChange: Hashable, Sendable {
    package let escalation: EscalationID
    /// As it is stored before; `nil` for nothing.
    package let former: JSONText?
    package let handling: Handling
    package let comment: Handling.Comment?
    package let event: JSONText
}

package enum HandlingOutcome: Hashable, Sendable {
    case done
    /// It was another one before; nothing was done.
    case changed
    case resolved
    case unknown
}
