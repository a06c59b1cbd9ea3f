/// Something that happened to a workflow. Nothing in a history is ever changed.
public struct HistoryEvent: Hashable, Sendable {
    /// The event's place in the history.
    public var id: String
    /// What happened: `workflow_started`, `step_queued`, `attempt_failed` … Further kinds may come.
    public var type: String
    public var at: Timestamp
    public var stepID: String?
    public var attempt: Int?
    public var agentID: String?
    public var error: Failure?
    public var escalationID: String?
    /// What an escalation was resolved with.
    public var action: String?
    public var by: String?
    public var reason: String?
    /// When the next attempt is due.
    public var until: Timestamp?
}

extension HistoryEvent {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        type = try fields.string("type")
        at = try fields.time("at")
        stepID = try fields.optionalString("step_id")
        attempt = try fields.optionalInteger("attempt")
        agentID = try fields.optionalString("agent_id")
        error = try fields.optionalObject("error", Failure.init)
        escalationID = try fields.optionalString("escalation_id")
        action = try fields.optionalString("action")
        by = try fields.optionalString("by")
        reason = try fields.optionalString("reason")
        until = try fields.optionalTime("until")
    }
}
