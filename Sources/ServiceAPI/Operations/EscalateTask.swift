import Coordination
import HTTP
import HTTPTypes
import JSON
import WorkflowCore

/// Takes an agent's question: the task waits for its answer without the agent.
enum EscalateTask: Operation {
    static let id = "escalateTask"
    static let method = HTTPRequest.Method.post
    static let path = "/v1/tasks/{task_id}/escalate"

    static func respond(to request: Request, of service: API) async throws(ProblemDocument) -> Response {
        let id = try request.taskID()
        try QueryReader(request).finish()
        var body = try BodyReader(request)
        let (agent, attempt) = (body.agentID(), body.attempt())
        let question = Question(reading: &body.fields, problems: &body.problems)
        let usage = Usage(&body.fields, problems: &body.problems)
        try body.finish()
        let event = StepEvent.asked(
            attempt: try body.require(attempt), by: try body.require(agent), try body.require(question))
        return try await service.answer(id, event, usage).response()
    }
}

extension Question {
    /// Reads `question`, `options` and `context`; `nil` if there is a problem.
    init?(reading fields: inout JSONObjectReader, problems: inout JSONProblems) {
        let text = fields.required(string: "question", length: Self.lengthRange, problems: &problems)
        let options = Self.options(&fields, problems: &problems)
        let context = fields.optional("context")?.text
        guard let text, let options else { return nil }
        self.init(text, options: options, context: context)
    }

    private static func options(_ fields: inout JSONObjectReader, problems: inout JSONProblems) -> [JSONText]? {
        let count = problems.list.count
        guard let nodes = fields.optional(array: "options", problems: &problems) else {
            return problems.list.count == count ? [] : nil
        }
        let (pointer, range) = (fields.pointer("options"), optionsRange)
        guard range.contains(nodes.count) else {
            problems.add(pointer, "expected \(range.lowerBound) to \(range.upperBound), found \(nodes.count)")
            return nil
        }
        for (index, node) in nodes.enumerated() {
            if let twin = nodes[..<index].firstIndex(where: { $0.difference(from: node) == nil }) {
                problems.add("\(pointer)/\(index)", "it is the same as option \(twin)")
            }
        }
        return nodes.map(\.text)
    }
}
