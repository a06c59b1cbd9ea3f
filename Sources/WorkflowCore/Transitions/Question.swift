package import JSON

/// What an agent asks instead of giving a result: somebody has to decide, and then the work goes on.
package struct Question: Hashable, Sendable {
    package var text: String
    /// What it may be answered with; anything if there are none.
    package var options: [JSONText]
    /// What is needed to answer it.
    package var context: JSONText?

    /// Bytes of its text.
    package static let lengthRange = 1...4096
    package static let optionsRange = 1...64
    /// Of one step over all its attempts: an agent that never stops asking would keep people busy, and each attempt is
    /// part of the step's state.
    package static let limit = 32
    /// Bytes of all answers to a step's questions: they are stored with each change of its state.
    package static let answersLimit = 1 << 20

    package init(_ text: String, options: [JSONText] = [], context: JSONText? = nil) {
        self.text = text
        self.options = options
        self.context = context
    }
}

/// What an attempt asked, and what it was answered.
package struct AskedQuestion: Hashable, Sendable {
    /// Its number within the workflow.
    package let escalation: Int
    package let text: String
    package let options: [JSONText]
    package var answer: JSONText?

    func isSame(as question: Question) -> Bool { text == question.text && options == question.options }

    /// Whether it may be answered so. Options are compared as values, not as they are written.
    func allows(_ answer: JSONText) -> Bool {
        let answer = JSONNode(answer)
        return options.isEmpty || options.contains { JSONNode($0).difference(from: answer) == nil }
    }
}
