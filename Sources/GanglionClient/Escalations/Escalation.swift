import JSON

/// A question to a person: of a step that ran out of attempts, of an agent, or about a workflow that nobody can go on
/// with.
public struct Escalation: Hashable, Sendable {
    public var id: String
    public var status: Status
    /// One higher with every change.
    public var version: Int
    public var openedAt: Timestamp
    public var workflowID: String
    /// `nil` if it could not be read.
    public var workflowName: String?
    public var labels: [String: String]
    /// `nil` if no step asks.
    public var stepID: String?
    public var taskID: String?
    public var taskType: String?
    /// Why a person is asked: `exhausted`, `no_agent`, `stuck`, `question` or `poisoned`. Further kinds may come.
    public var kind: String
    /// Why the step, or the workflow, cannot go on; `nil` of an agent's question.
    public var error: Failure?
    /// What the agent asks.
    public var question: TaskQuestion?
    /// The node that could not go on with the workflow, if it is `poisoned`.
    public var node: String?
    public var attempts: [Attempt]
    /// What the task was given; `nil` if it could not be made from the plan.
    public var payload: JSONDocument?
    /// How far up the ladder of people who are asked it has come.
    public var tier: Int
    /// Whose it is: a person or a group.
    public var assignee: String?
    /// Who looks after it now.
    public var claim: Claim?
    /// How many people have to decide the same.
    public var quorum: Int
    public var votes: [Vote]
    public var comments: [Comment]
    /// What it may be resolved with; nothing once it is.
    public var actions: [String]
    /// What the workflow's steps have given so far, by their ids; only of one that was read by itself.
    public var results: [String: JSONDocument]
    /// What became of it.
    public var resolution: Resolution?

    public enum Status: String, Sendable, CaseIterable {
        case open
        case resolved
    }

    /// One attempt at the task.
    public struct Attempt: Hashable, Sendable {
        public var attempt: Int
        public var agentID: String?
        public var error: Failure?
        /// What it asked in place of a result.
        public var question: String?
        public var queuedAt: Timestamp
        public var startedAt: Timestamp?
        public var endedAt: Timestamp?
    }

    /// Nobody else resolves it until then.
    public struct Claim: Hashable, Sendable {
        public var by: String
        public var at: Timestamp
        public var until: Timestamp
    }

    /// What one of several people decided.
    public struct Vote: Hashable, Sendable {
        public var by: String
        public var action: String
        public var reason: String?
        public var at: Timestamp
    }

    public struct Comment: Hashable, Sendable {
        public var by: String
        public var at: Timestamp
        public var text: String
    }

    /// Who resolved it, how and why.
    public struct Resolution: Hashable, Sendable {
        /// `retry`, `complete`, `skip`, `fail` and `answer` by a person; `answered` by a result that came late;
        /// `cancelled` with the end of the workflow.
        public var action: String
        public var by: String?
        public var reason: String?
        /// What a question was answered with.
        public var answer: JSONDocument?
        public var at: Timestamp
    }

    /// What a person may resolve it with; one that is `poisoned` only with `retry`, without a payload, and `fail`.
    public enum Action: Hashable, Sendable {
        /// Begins a new round of attempts, with another payload if one is given.
        case retry(payload: JSONDocument? = nil)
        /// Takes this as the step's result.
        case complete(result: JSONDocument)
        /// Goes on without a result.
        case skip
        /// Fails the step, and with it the workflow.
        case fail
        /// Answers an agent's question, with one of its options if it has some: the task goes on with it.
        case answer(JSONDocument)
    }
}

extension Escalation {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        status = try fields.value("status")
        version = try fields.integer("version")
        openedAt = try fields.time("opened_at")
        workflowID = try fields.string("workflow_id")
        workflowName = try fields.optionalString("workflow_name")
        labels = try fields.optional("labels") == nil ? [:] : fields.labels()
        stepID = try fields.optionalString("step_id")
        taskID = try fields.optionalString("task_id")
        taskType = try fields.optionalString("task_type")
        kind = try fields.string("kind")
        error = try fields.optionalObject("error", Failure.init)
        question = try TaskQuestion(of: fields)
        node = try fields.optionalString("node")
        attempts = try fields.list("attempts") { node throws(GanglionError) in
            try Attempt(try Fields(node, "an attempt"))
        }
        payload = fields.optionalDocument("payload")
        tier = try fields.integer("tier")
        assignee = try fields.optionalString("assignee")
        claim = try fields.optionalObject("claim", Claim.init)
        quorum = try fields.integer("quorum")
        votes = try fields.list("votes") { node throws(GanglionError) in try Vote(try Fields(node, "a vote")) }
        comments = try fields.list("comments") { node throws(GanglionError) in
            try Comment(try Fields(node, "a comment"))
        }
        actions = try fields.optional("actions") == nil ? [] : fields.strings("actions")
        results =
            try fields.optionalObject("results") { results throws(GanglionError) in results.documents() } ?? [:]
        resolution = try fields.optionalObject("resolution", Resolution.init)
    }
}

extension Escalation.Attempt {
    init(_ fields: Fields) throws(GanglionError) {
        attempt = try fields.integer("attempt")
        agentID = try fields.optionalString("agent_id")
        error = try fields.optionalObject("error", Failure.init)
        question = try fields.optionalString("question")
        queuedAt = try fields.time("queued_at")
        startedAt = try fields.optionalTime("started_at")
        endedAt = try fields.optionalTime("ended_at")
    }
}

extension Escalation.Claim {
    init(_ fields: Fields) throws(GanglionError) {
        by = try fields.string("by")
        at = try fields.time("at")
        until = try fields.time("until")
    }
}

extension Escalation.Vote {
    init(_ fields: Fields) throws(GanglionError) {
        by = try fields.string("by")
        action = try fields.string("action")
        reason = try fields.optionalString("reason")
        at = try fields.time("at")
    }
}

extension Escalation.Comment {
    init(_ fields: Fields) throws(GanglionError) {
        by = try fields.string("by")
        at = try fields.time("at")
        text = try fields.string("text")
    }
}

extension Escalation.Resolution {
    init(_ fields: Fields) throws(GanglionError) {
        action = try fields.string("action")
        by = try fields.optionalString("by")
        reason = try fields.optionalString("reason")
        answer = fields.optionalDocument("answer")
        at = try fields.time("at")
    }
}

extension Escalation.Action {
    func write(to body: inout JSONWriter) {
        switch self {
        case .retry(let payload):
            body.field("action", "retry")
            if let payload { body.field("payload", raw: payload.json) }
        case .complete(let result):
            body.field("action", "complete")
            body.field("result", raw: result.json)
        case .skip: body.field("action", "skip")
        case .fail: body.field("action", "fail")
        case .answer(let answer):
            body.field("action", "answer")
            body.field("answer", raw: answer.json)
        }
    }
}
