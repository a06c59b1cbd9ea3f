import JSON

/// A note to whoever works on a task, by a person or by an agent that supervises.
public struct TaskGuidance: Hashable, Sendable {
    public var taskID: String
    /// From 1 on within the task.
    public var number: Int
    public var text: String
    public var by: String
    public var at: Timestamp
}

/// That an agent has taken note of what it was told of a task, up to the note of this number.
public struct GuidanceReceipt: Hashable, Sendable {
    public var taskID: String
    public var attempt: Int
    public var number: Int

    public init(taskID: String, attempt: Int, number: Int) {
        self.taskID = taskID
        self.attempt = attempt
        self.number = number
    }
}

extension TaskGuidance {
    /// Members of a take's or a heartbeat's answer.
    static func list(in fields: Fields) throws(GanglionError) -> [TaskGuidance] {
        try fields.optionalList("guidance") { node throws(GanglionError) in
            let fields = try Fields(node, "a note")
            return TaskGuidance(
                taskID: try fields.string("task_id"), number: try fields.integer("number"),
                text: try fields.string("text"), by: try fields.string("by"), at: try fields.time("at"))
        }
    }
}

extension JSONWriter {
    mutating func write(acknowledged receipts: [GuidanceReceipt]) {
        guard !receipts.isEmpty else { return }
        name("acknowledged")
        array(receipts) { body, receipt in
            body.object { body in
                body.field("task_id", receipt.taskID)
                body.field("attempt", receipt.attempt)
                body.field("number", receipt.number)
            }
        }
    }
}
