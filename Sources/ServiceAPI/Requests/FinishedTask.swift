import JSON
import WorkflowCore

/// A task that an agent hands in: its attempt's result, why there is none, or what it asks.
struct FinishedTask: Sendable {
    let task: TaskID
    let attempt: Int
    let event: StepEvent
    let usage: Usage

    static func list(
        _ fields: inout JSONObjectReader, by agent: AgentID, problems: inout JSONProblems
    ) -> [FinishedTask] {
        guard let nodes = fields.optional(array: "finished", problems: &problems) else { return [] }
        let pointer = fields.pointer("finished")
        if nodes.count > BodyReader.maximumTasks {
            problems.add(pointer, "\(nodes.count) are more than the limit of \(BodyReader.maximumTasks)")
            return []
        }
        return nodes.enumerated().compactMap { index, node in
            FinishedTask(node, at: "\(pointer)/\(index)", by: agent, problems: &problems)
        }
    }

    private init?(_ node: JSONNode, at pointer: String, by agent: AgentID, problems: inout JSONProblems) {
        guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let id = fields.required(string: "task_id", problems: &problems)
        let attempt = fields.required(integer: "attempt", in: 1...Int(Int32.max), problems: &problems)
        let result = fields.optional("result")?.text
        let failure = fields.optional("error").flatMap { node in
            AgentFailure(node, at: fields.pointer("error"), problems: &problems)
        }
        let question = fields.optional(object: "question", problems: &problems).flatMap { node in
            Question(node, at: fields.pointer("question"), problems: &problems)
        }
        usage = Usage(&fields, problems: &problems)
        fields.finish(problems: &problems)
        let outcomes = ["result", "error", "question"].filter { node.member($0) != nil }
        if outcomes.count != 1 {
            problems.add(pointer, "a finished task has one of 'result', 'error' and 'question'")
        }
        let task = id.flatMap(TaskID.init)
        if let id, task == nil { problems.add("\(pointer)/task_id", "'\(id.prefix(80))' is not a task's id") }
        guard let task, let attempt else { return nil }
        self.task = task
        self.attempt = attempt
        if let result {
            event = .completed(attempt: attempt, by: agent, result: result)
        } else if let failure {
            event = .failed(attempt: attempt, by: agent, failure)
        } else if let question {
            event = .asked(attempt: attempt, by: agent, question)
        } else {
            return nil
        }
    }
}
