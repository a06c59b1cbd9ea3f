import JSON

/// What an agent asks a person in place of a result. Thrown by a handler, it ends the attempt without being a failure:
/// the task waits for the answer, and then goes on with another attempt, maybe at another agent.
///
/// Most handlers have `AgentTask.ask` throw it.
public struct TaskQuestion: Error, Hashable, Sendable, CustomStringConvertible {
    public var question: String
    /// What it may be answered with; anything if there are none.
    public var options: [JSONDocument]
    /// What is needed to answer it.
    public var context: JSONDocument?

    public init(_ question: String, options: [JSONDocument] = [], context: JSONDocument? = nil) {
        self.question = question
        self.options = options
        self.context = context
    }

    public var description: String { question }
}

/// A question that an earlier attempt at the task asked, and its answer.
public struct AnsweredQuestion: Hashable, Sendable {
    public var escalationID: String
    public var question: String
    public var answer: JSONDocument
}

extension TaskQuestion {
    /// As members of the object that is being written.
    func write(to body: inout JSONWriter) {
        body.field("question", question)
        if !options.isEmpty {
            body.name("options")
            body.array(options) { $0.raw($1.json) }
        }
        if let context { body.field("context", raw: context.json) }
    }
}

extension TaskQuestion {
    /// Of an escalation; `nil` if that is not a question.
    init?(of fields: Fields) throws(GanglionError) {
        guard let question = try fields.optionalString("question") else { return nil }
        let options = try fields.optionalList("options") { node in JSONDocument(node.text) }
        self.init(question, options: options, context: fields.optionalDocument("context"))
    }
}

extension AnsweredQuestion {
    init(_ fields: Fields) throws(GanglionError) {
        escalationID = try fields.string("escalation_id")
        question = try fields.string("question")
        answer = fields.document("answer")
    }
}
