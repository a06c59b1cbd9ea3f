import JMESPath
import JSON
import OrderedCollections

/// What tells tasks of a type apart: an expression over a task, `payload.tenant` or `workflow.labels.team`.
package struct TaskKey: Hashable, Sendable {
    private let expression: Expression

    package static let roots = ["payload", "step", "workflow"]

    package var source: String { expression.source }

    /// The key's text: a string, a number or a boolean. What else the expression gives is no key, nor is an empty text.
    package func value(of dispatch: TaskDispatch, in workflow: Workflow) -> String? {
        var root: JSONObject = [:]
        let names = expression.rootPaths.map(\.first)
        if names.contains("payload") { root["payload"] = JSONValue(parsing: dispatch.payload) }
        if names.contains("step") { root["step"] = .object(["id": .string(dispatch.stepID)]) }
        if names.contains("workflow") { root["workflow"] = workflow.expressionValue }
        guard let value = try? expression.evaluate(.object(root)) else { return nil }
        let text =
            switch value {
            case .string(let text): text
            case .integer, .double, .bool: JSONText(value).string
            case .null, .array, .object: ""
            }
        return text.isEmpty ? nil : text
    }

    // MARK: Reading

    static func optional(_ reader: inout JSONObjectReader, problems: inout JSONProblems) -> TaskKey? {
        reader.optional(string: "key", problems: &problems).flatMap {
            TaskKey($0, at: reader.pointer("key"), problems: &problems)
        }
    }

    static func required(_ reader: inout JSONObjectReader, problems: inout JSONProblems) -> TaskKey? {
        reader.required(string: "key", problems: &problems).flatMap {
            TaskKey($0, at: reader.pointer("key"), problems: &problems)
        }
    }

    private init?(_ source: String, at pointer: String, problems: inout JSONProblems) {
        guard let expression = problems.expression(source, at: pointer) else { return nil }
        let paths = expression.rootPaths
        for path in paths {
            if let root = path.first, Self.roots.contains(root) { continue }
            let found = path.first.map { "'\($0)' is not known here" } ?? "the whole task cannot be its key"
            problems.add(pointer, "\(found); a key starts with 'payload', 'step' or 'workflow'")
            return nil
        }
        guard !paths.isEmpty else {
            problems.add(pointer, "a key that looks at nothing of the task is the same for all")
            return nil
        }
        self.expression = expression
    }
}
