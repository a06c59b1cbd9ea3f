import JSON

/// What a workflow was started with; together it starts the same again.
public struct AcceptedPlan: Hashable, Sendable {
    public var workflowID: String
    /// With what the settings of its task types gave to its steps, and the steps that were added.
    public var plan: JSONDocument
    public var input: JSONDocument
}

/// A plan that is in order.
public struct CheckedPlan: Hashable, Sendable {
    public var name: String
    /// How many there are.
    public var steps: Int
    /// What its steps ask for.
    public var taskTypes: [String]
}

/// A step with all that it was given and all its attempts.
public struct StepDetails: Hashable, Sendable {
    public var workflowID: String
    public var revision: Int
    public var step: StepStatus
    /// The current one last.
    public var attempts: [Escalation.Attempt]
    /// What the task is given; `nil` before its first attempt.
    public var payload: JSONDocument?
}

extension AcceptedPlan {
    init(_ fields: Fields) throws(GanglionError) {
        workflowID = try fields.string("workflow_id")
        plan = fields.document("plan")
        input = fields.document("input")
    }
}

extension CheckedPlan {
    init(_ fields: Fields) throws(GanglionError) {
        name = try fields.string("name")
        steps = try fields.integer("steps")
        taskTypes = try fields.strings("task_types")
    }
}

extension StepDetails {
    init(_ fields: Fields) throws(GanglionError) {
        workflowID = try fields.string("workflow_id")
        revision = try fields.integer("revision")
        step = try StepStatus(try Fields(try fields.required("step"), "the step"))
        attempts = try fields.list("attempts") { node throws(GanglionError) in
            try Escalation.Attempt(try Fields(node, "an attempt"))
        }
        payload = fields.optionalDocument("payload")
    }
}
