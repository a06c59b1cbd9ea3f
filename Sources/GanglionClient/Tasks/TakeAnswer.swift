import JSON

/// What a take gives.
public struct TakeAnswer: Hashable, Sendable {
    /// The new tasks.
    public var tasks: [TaskAssignment]
    /// The ids of the finished ones that count, or counted before.
    public var accepted: [String]
    /// Those of `accepted` that counted before, so that nothing has changed; none if the service is too old to tell.
    public var duplicates: [String] = []
    public var refused: [Refusal]
    /// The ids of those named as running that are not the agent's any more: it can stop.
    public var cancel: [String]
    /// The agent gets nothing new until it is resumed.
    public var pause = false
    /// The agent gets nothing new, and is to leave when it has done what it has.
    public var drain = false
    /// What it is told of its tasks.
    public var guidance: [TaskGuidance] = []

    /// Why one of the finished tasks was not accepted. The others are not touched by it.
    public struct Refusal: Hashable, Sendable {
        public var taskID: String
        public var attempt: Int
        public var status: Int
        /// What kind of problem it is: `/problems/already-answered`.
        public var type: String
        public var title: String
        public var detail: String
        /// The attempt whose result was accepted instead.
        public var acceptedAttempt: Int?
    }
}

/// What became of an answer that was not refused.
public enum TaskAnswer: String, Sendable, CaseIterable {
    case accepted
    /// It was accepted before; nothing has changed.
    case duplicate
}

extension TakeAnswer {
    init(_ fields: Fields) throws(GanglionError) {
        tasks = try fields.list("tasks") { node throws(GanglionError) in
            try TaskAssignment(try Fields(node, "a task"))
        }
        accepted = try fields.strings("accepted")
        duplicates = fields.optional("duplicates") == nil ? [] : try fields.strings("duplicates")
        refused = try fields.list("refused") { node throws(GanglionError) in
            try Refusal(try Fields(node, "a refused answer"))
        }
        cancel = try fields.strings("cancel")
        pause = fields.optional("pause")?.bool ?? false
        drain = fields.optional("drain")?.bool ?? false
        guidance = try TaskGuidance.list(in: fields)
    }
}

extension TakeAnswer.Refusal {
    init(_ fields: Fields) throws(GanglionError) {
        taskID = try fields.string("task_id")
        attempt = try fields.integer("attempt")
        status = try fields.integer("status")
        type = try fields.string("type")
        title = try fields.string("title")
        detail = try fields.string("detail")
        acceptedAttempt = try fields.optionalInteger("accepted_attempt")
    }
}
