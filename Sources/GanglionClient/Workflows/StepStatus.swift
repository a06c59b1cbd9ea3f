import JSON

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
    /// What agents know its task by, as long as that is open.
    public var taskID: String?
    /// What attempts have made up to now.
    public var partial: JSONDocument?
    /// Notes that no agent has acknowledged yet.
    public var guidance: [Note] = []
    /// Why the attempt seems to get nowhere.
    public var stuck: Stuck?
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
        /// What the attempt had cost by then, by unit.
        public var usage: [String: Double] = [:]
    }

    /// What somebody told whoever works on it.
    public struct Note: Hashable, Sendable {
        public var number: Int
        public var text: String
        public var by: String
        public var at: Timestamp
    }

    public struct Stuck: Hashable, Sendable {
        /// When something new was reported last.
        public var since: Timestamp
        public var reason: String
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
        taskID = try fields.optionalString("task_id")
        partial = fields.optionalDocument("partial")
        guidance = try fields.optionalList("guidance") { node throws(GanglionError) in
            try Note(try Fields(node, "a note"))
        }
        stuck = try fields.optionalObject("stuck", Stuck.init)
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
        for (unit, amount) in fields.optional("usage")?.members ?? [] { usage[unit] = amount.double }
    }
}

extension StepStatus.Note {
    init(_ fields: Fields) throws(GanglionError) {
        number = try fields.integer("number")
        text = try fields.string("text")
        by = try fields.string("by")
        at = try fields.time("at")
    }
}

extension StepStatus.Stuck {
    init(_ fields: Fields) throws(GanglionError) {
        since = try fields.time("since")
        reason = try fields.string("reason")
    }
}
