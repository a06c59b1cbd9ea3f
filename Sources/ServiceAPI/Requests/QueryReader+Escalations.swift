import Coordination
import JSON
import WorkflowCore

/// Which escalations a list is to have.
extension QueryReader {
    private enum Status: String, CaseIterable {
        case open, resolved
    }

    private enum Claimed: String, CaseIterable {
        case yes = "true"
        case no = "false"
    }

    mutating func escalationFilter(at now: Instant) throws(ProblemDocument) -> EscalationFilter {
        var filter = EscalationFilter(isOpen: try enumerated("status", as: Status.self) != .resolved)
        if let workflow = try one("workflow_id") {
            guard let id = WorkflowID(workflow) else {
                throw .parameter("workflow_id", "'\(workflow.prefix(64))' is not a workflow's id")
            }
            filter.workflow = id
        }
        filter.kind = try enumerated("kind", as: EscalationKind.self)
        filter.tier = try integer("tier", in: 1...100)
        filter.workflowName = try one("workflow_name")
        filter.assignee = try one("assignee")
        filter.labels = try labels()
        // Older is opened before.
        filter.openedBefore = try age("older_than").map { now + (.zero - $0) }
        filter.openedSince = try age("newer_than").map { now + (.zero - $0) }
        if let claimed = try enumerated("claimed", as: Claimed.self) {
            filter.claim = EscalationFilter.ClaimFilter(isClaimed: claimed == .yes, at: now)
        }
        return filter
    }

    private mutating func age(_ name: String) throws(ProblemDocument) -> Duration? {
        guard let text = try one(name) else { return nil }
        guard let duration = Duration(text: text) else {
            throw .parameter(name, "'\(text.prefix(32))' is not a duration: \(Duration.textForm)")
        }
        return duration
    }
}
