/// A task in the hands of an agent.
public struct TaskAssignment: Hashable, Sendable {
    /// The same over all attempts.
    public var taskID: String
    public var workflowID: String
    public var stepID: String
    public var taskType: String
    /// From 1.
    public var attempt: Int
    public var payload: JSONDocument
    /// When the attempt times out, by the service's clock.
    public var deadline: Timestamp
    /// The W3C trace context of the request that started the workflow.
    public var traceparent: String?
    /// The questions that earlier attempts asked, oldest first. The last answer is what this attempt was made for,
    /// unless it follows one that failed.
    public var answers: [AnsweredQuestion] = []
    /// What earlier attempts reported as made, to go on from.
    public var partial: JSONDocument?
    /// The attempt has failed if it is not heard of for so long.
    public var heartbeatTimeout: Duration?
}

extension TaskAssignment {
    init(_ fields: Fields) throws(GanglionError) {
        taskID = try fields.string("task_id")
        workflowID = try fields.string("workflow_id")
        stepID = try fields.string("step_id")
        taskType = try fields.string("task_type")
        attempt = try fields.integer("attempt")
        payload = fields.document("payload")
        deadline = try fields.time("deadline")
        traceparent = try fields.optionalString("traceparent")
        answers = try fields.optionalList("answers") { node throws(GanglionError) in
            try AnsweredQuestion(try Fields(node, "an answer"))
        }
        partial = fields.optionalDocument("partial")
        heartbeatTimeout = try fields.optionalDuration("heartbeat_timeout")
    }
}
