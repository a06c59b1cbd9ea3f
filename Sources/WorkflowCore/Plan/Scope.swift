package import JMESPath
package import JSON
import OrderedCollections

/// What the expressions of a plan can see: `input`, `steps.<id>.{result,status,error}` and `workflow`.
///
/// Only what an expression names is parsed, and each part once per scope.
package struct Scope {
    private let workflow: Workflow
    private var parsedInput: JSONValue?
    private var parsedSteps: [Int: JSONValue] = [:]

    package static let roots = ["input", "steps", "workflow"]

    init(_ workflow: Workflow) {
        self.workflow = workflow
    }

    package mutating func value(of expression: Expression) throws(JMESPathError) -> JSONValue {
        try expression.evaluate(root(for: expression.rootPaths))
    }

    /// The value as JSON text. A plain path into the input or a result is copied from there byte for byte.
    package mutating func text(of expression: Expression) throws(JMESPathError) -> JSONText {
        if let path = expression.fieldPath, let text = source(of: path) { return text }
        return JSONText(try value(of: expression))
    }

    /// The text at a path of plain fields, if it lies in opaque JSON.
    private func source(of path: [String]) -> JSONText? {
        if path.first == "input" { return Self.descend(workflow.input, path.dropFirst()) }
        guard path.count >= 3, path[0] == "steps", path[2] == "result" else { return nil }
        guard let step = workflow.plan.ordinals[path[1]] else { return nil }
        return Self.descend(workflow.results[step] ?? .null, path.dropFirst(3))
    }

    private static func descend(_ text: JSONText, _ path: ArraySlice<String>) -> JSONText {
        guard !path.isEmpty else { return text }
        var node = JSONNode(text)
        for field in path {
            guard let member = node.member(field) else { return .null }
            node = member
        }
        return node.text
    }

    private mutating func root(for paths: [[String]]) -> JSONValue {
        var root: JSONObject = [:]
        for path in paths {
            switch path.first {
            case "input": root["input"] = input()
            case "workflow": root["workflow"] = description()
            case "steps":
                var steps: JSONObject = if case .object(let known)? = root["steps"] { known } else { [:] }
                if path.count >= 2 {
                    if let ordinal = workflow.plan.ordinals[path[1]] { steps[path[1]] = step(ordinal) }
                } else {
                    for ordinal in workflow.plan.steps.indices where workflow.steps[ordinal].status.isEnded {
                        steps[workflow.plan.steps[ordinal].id] = step(ordinal)
                    }
                }
                root["steps"] = .object(steps)
            default: break
            }
        }
        return .object(root)
    }

    private mutating func input() -> JSONValue {
        if let parsedInput { return parsedInput }
        let value = JSONValue(parsing: workflow.input)
        parsedInput = value
        return value
    }

    private mutating func step(_ ordinal: Int) -> JSONValue {
        if let parsed = parsedSteps[ordinal] { return parsed }
        let state = workflow.steps[ordinal]
        var fields: JSONObject = ["status": .string(state.status.rawValue)]
        if let result = workflow.results[ordinal] { fields["result"] = JSONValue(parsing: result) }
        if let failure = state.failure {
            fields["error"] = .object(["code": .string(failure.code), "message": .string(failure.message)])
        }
        let value = JSONValue.object(fields)
        parsedSteps[ordinal] = value
        return value
    }

    private func description() -> JSONValue {
        let labels = workflow.plan.labels.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        return .object([
            "id": .string(workflow.id.description),
            "name": .string(workflow.plan.name),
            "created_at": .string(workflow.createdAt.description),
            "labels": .object(JSONObject(uniqueKeysWithValues: labels)),
        ])
    }
}
