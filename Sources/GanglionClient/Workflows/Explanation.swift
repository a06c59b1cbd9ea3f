import JSON

/// Why a workflow is not further on: for each step that has not ended, what holds it up first.
public struct Explanation: Hashable, Sendable {
    public var workflowID: String
    public var status: WorkflowState
    /// When it was so.
    public var at: Timestamp
    /// In the plan's order.
    public var steps: [Step]

    public struct Step: Hashable, Sendable {
        public var id: String
        public var status: StepState
        /// `nil` if it is none that this client knows.
        public var reason: Reason?
        /// The reason in words, with its figures.
        public var detail: String
        /// What would help.
        public var help: String
        public var taskType: String?
        /// Since when the question is asked, the agent works, or the task waits.
        public var since: Timestamp?
        /// When the agent that works on it was last heard of.
        public var heardAt: Timestamp?
        /// All that is told, figures that only some reasons have included.
        public var document: JSONDocument
    }

    public enum Reason: String, Sendable, CaseIterable {
        case waitsForSteps = "waits_for_steps"
        case waitsForHuman = "waits_for_human"
        case backingOff = "backing_off"
        /// An agent works on it.
        case working
        /// The same, and it seems to get nowhere.
        case stuck
        case queuePaused = "queue_paused"
        case noCapableAgent = "no_capable_agent"
        /// Agents are capable of its type, and none has all that the step requires.
        case unmetRequirement = "unmet_requirement"
        case concurrencyLimit = "concurrency_limit"
        case rateLimit = "rate_limit"
        /// It is directed to an agent, and for everyone after a while.
        case waitsForAgent = "waits_for_agent"
        case allBusy = "all_busy"
        /// Nothing holds it up: an agent may take it when it asks.
        case nextTake = "next_take"
    }
}

extension Explanation {
    init(_ fields: Fields) throws(GanglionError) {
        workflowID = try fields.string("workflow_id")
        status = try fields.value("status")
        at = try fields.time("at")
        steps = try fields.list("steps") { node throws(GanglionError) in
            try Step(try Fields(node, "an element of 'steps'"), JSONDocument(node.text))
        }
    }
}

extension Explanation.Step {
    fileprivate init(_ fields: Fields, _ document: JSONDocument) throws(GanglionError) {
        id = try fields.string("step_id")
        status = try fields.value("status")
        reason = Explanation.Reason(rawValue: try fields.string("reason"))
        detail = try fields.string("detail")
        help = try fields.string("help")
        taskType = try fields.optionalString("task_type")
        since = try fields.optionalTime("since")
        heardAt = try fields.optionalTime("heard_at")
        self.document = document
    }
}
