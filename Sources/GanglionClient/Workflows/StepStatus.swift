/// Where a step stands.
public enum StepState: String, Sendable, CaseIterable {
    case pending
    case queued
    case running
    case backingOff = "backing_off"
    /// For a time, a signal or an approval.
    case waiting
    case escalated
    case completed
    case skipped
    case failed
    case cancelled
}

/// A step of a workflow.
public struct StepStatus: Hashable, Sendable {
    public var id: String
    /// `nil` of a step whose work was done by the program that coordinates the workflow.
    public var taskType: String?
    public var status: StepState
    /// How many attempts were made, the current one included.
    public var attempts: Int
    /// What it gave, if it is completed.
    public var result: JSONDocument?
    /// Why the last attempt, or the step, did not succeed.
    public var failure: Failure?
    /// The open escalation, if it is escalated.
    public var escalationID: String?
    /// Who has or had the last attempt.
    public var agentID: String?
    public var progress: Progress?
    /// When the current wait (for an agent, its answer, or the next attempt) ends by itself.
    public var deadline: Timestamp?
    /// When the last attempt was put on its queue.
    public var queuedAt: Timestamp?
    /// When an agent took the last attempt.
    public var startedAt: Timestamp?
    public var endedAt: Timestamp?

    /// What the agent said last.
    public struct Progress: Hashable, Sendable {
        public var at: Timestamp
        public var percent: Int?
        public var message: String?
    }
}

extension StepStatus {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        taskType = try fields.optionalString("task_type")
        status = try fields.value("status")
        attempts = try fields.integer("attempts")
        result = fields.optionalDocument("result")
        failure = try fields.optionalObject("failure", Failure.init)
        escalationID = try fields.optionalString("escalation_id")
        agentID = try fields.optionalString("agent_id")
        progress = try fields.optionalObject("progress", Progress.init)
        deadline = try fields.optionalTime("deadline")
        queuedAt = try fields.optionalTime("queued_at")
        startedAt = try fields.optionalTime("started_at")
        endedAt = try fields.optionalTime("ended_at")
    }
}

extension StepStatus.Progress {
    init(_ fields: Fields) throws(GanglionError) {
        at = try fields.time("at")
        percent = try fields.optionalInteger("percent")
        message = try fields.optionalString("message")
    }
}
