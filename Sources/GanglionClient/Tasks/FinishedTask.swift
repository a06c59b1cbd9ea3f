import JSON

/// What became of a task, to be handed in with the next take.
public struct FinishedTask: Hashable, Sendable {
    public var taskID: String
    public var attempt: Int
    public var outcome: Outcome
    /// What the work cost, by unit: `["tokens": 812]`.
    public var usage: [String: Double]

    public enum Outcome: Hashable, Sendable {
        case result(JSONDocument)
        case failure(TaskError)
        case question(TaskQuestion)
    }

    public init(taskID: String, attempt: Int, outcome: Outcome, usage: [String: Double] = [:]) {
        self.taskID = taskID
        self.attempt = attempt
        self.outcome = outcome
        self.usage = usage
    }
}

extension FinishedTask {
    func write(to body: inout JSONWriter) {
        body.object { body in
            body.field("task_id", taskID)
            body.field("attempt", attempt)
            switch outcome {
            case .result(let result): body.field("result", raw: result.json)
            case .failure(let error):
                body.name("error")
                error.write(to: &body)
            case .question(let question):
                body.name("question")
                body.object { question.write(to: &$0) }
            }
            body.write(usage: usage)
        }
    }
}

extension JSONWriter {
    mutating func write(usage: [String: Double]) {
        guard !usage.isEmpty else { return }
        name("usage")
        beginObject()
        for (unit, amount) in usage {
            name(unit)
            double(amount)
        }
        endObject()
    }
}
