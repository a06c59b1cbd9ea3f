import JSON
import WorkflowCore

/// That an agent has taken note of what it was told about a task, up to a note.
struct Acknowledgement: Sendable {
    let task: TaskID
    let attempt: Int
    let number: Int

    static func list(_ fields: inout JSONObjectReader, problems: inout JSONProblems) -> [Acknowledgement] {
        guard let nodes = fields.optional(array: "acknowledged", problems: &problems) else { return [] }
        let pointer = fields.pointer("acknowledged")
        if nodes.count > BodyReader.maximumTasks {
            problems.add(pointer, "\(nodes.count) are more than the limit of \(BodyReader.maximumTasks)")
            return []
        }
        return nodes.enumerated().compactMap { index, node in
            Acknowledgement(node, at: "\(pointer)/\(index)", problems: &problems)
        }
    }

    private init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let id = fields.required(string: "task_id", problems: &problems)
        let attempt = fields.required(integer: "attempt", in: 1...Int(Int32.max), problems: &problems)
        let number = fields.required(integer: "number", in: 1...Int(Int32.max), problems: &problems)
        fields.finish(problems: &problems)
        let task = id.flatMap(TaskID.init)
        if let id, task == nil { problems.add("\(pointer)/task_id", "'\(id.prefix(80))' is not a task's id") }
        guard let task, let attempt, let number else { return nil }
        self.task = task
        self.attempt = attempt
        self.number = number
    }
}

extension API {
    /// One that is refused is of an attempt that is over, and nobody waits for it.
    func take(note acknowledged: [Acknowledgement], of agent: AgentID) async {
        for one in acknowledged {
            _ = await answer(one.task, .acknowledged(attempt: one.attempt, by: agent, through: one.number))
        }
    }
}
