package import JSON

/// What agents say of their tasks, as they write it.
extension AgentFailure {
    /// Reads `{"code", "message", "retryable", "retry_after"}`.
    package init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let code = fields.required(string: "code", length: 1...64, problems: &problems)
        let message = fields.required(string: "message", length: 0...4096, problems: &problems)
        let retryable = fields.optional(bool: "retryable", problems: &problems) ?? true
        let retryAfter = fields.duration("retry_after", problems: &problems)
        fields.finish(problems: &problems)
        guard let code, let message else { return nil }
        self.init(Failure(code: code, message: message), retryable: retryable, retryAfter: retryAfter)
    }
}

extension ProgressReport {
    /// Reads `percent`, `message`, `extend`, `partial`, `usage`, `fingerprint` and `tool_call`.
    package init(reading fields: inout JSONObjectReader, problems: inout JSONProblems) {
        let percent = fields.optional(integer: "percent", in: 0...100, problems: &problems)
        let message = fields.optional(string: "message", length: 0...4096, problems: &problems)
        let extend = fields.duration("extend", isPositive: true, problems: &problems)
        self.init(percent: percent, message: message, extend: extend)
        partial = Self.partial(&fields, problems: &problems)
        usage = Usage(&fields, problems: &problems).byUnit
        fingerprint = fields.fingerprint(problems: &problems)
        toolCall = fields.optional(string: "tool_call", length: Self.toolCallRange, problems: &problems)
    }

    private static func partial(_ fields: inout JSONObjectReader, problems: inout JSONProblems) -> JSONText? {
        guard let partial = fields.optional("partial")?.text else { return nil }
        if partial.bytes.count <= LongWork.partialLimit { return partial }
        problems.add(
            fields.pointer("partial"),
            "\(partial.bytes.count) bytes are more than the limit of \(LongWork.partialLimit)")
        return nil
    }

    /// An object with nothing else; `nil` if it is none.
    package init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        self.init(reading: &fields, problems: &problems)
        fields.finish(problems: &problems)
    }
}

extension JSONObjectReader {
    /// A line of text that is another one whenever the work has got further.
    package mutating func fingerprint(problems: inout JSONProblems) -> String? {
        let text = optional(string: "fingerprint", length: ProgressReport.fingerprintRange, problems: &problems)
        guard let text, text.utf8.contains(where: { $0 < 0x20 }) else { return text }
        problems.add(pointer("fingerprint"), "expected a line of text, found control characters")
        return nil
    }
}

extension Question {
    /// An object with nothing else; `nil` if there is a problem.
    package init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var fields = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let question = Question(reading: &fields, problems: &problems)
        fields.finish(problems: &problems)
        guard let question else { return nil }
        self = question
    }

    /// Reads `question`, `options` and `context`; `nil` if there is a problem.
    package init?(reading fields: inout JSONObjectReader, problems: inout JSONProblems) {
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
