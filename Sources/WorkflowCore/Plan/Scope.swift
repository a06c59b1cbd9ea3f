package import JMESPath
package import JSON
import OrderedCollections

/// What the expressions of a plan can see: `input`, `steps.<id>.{result,status,error}` and `workflow`.
///
/// Only what an expression names is parsed, and each part once in a transition: of thousands of steps that start
/// together each may look at the same large input.
package struct Scope {
    private let workflow: Workflow
    private var parsed: ParsedValues

    package static let roots = ["input", "steps", "workflow"]

    private init(_ workflow: Workflow) {
        self.workflow = workflow
        parsed = workflow.parsed
    }

    /// Evaluates something in the workflow's scope, and keeps for the rest of the transition what was parsed for it.
    static func with<Result, Failure>(
        _ workflow: inout Workflow, _ evaluate: (inout Scope) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var scope = Scope(workflow)
        defer { workflow.parsed = scope.parsed }
        return try evaluate(&scope)
    }

    package mutating func value(of expression: Expression) throws(JMESPathError) -> JSONValue {
        try expression.evaluate(root(for: expression.rootPaths))
    }

    /// The value as JSON text of at most `limit` bytes. A plain path into the input or a result is copied from there
    /// byte for byte.
    package mutating func text(of expression: Expression, limit: Int) throws(RenderingError) -> JSONText {
        if let path = expression.fieldPath, let text = try source(of: path, limit) { return text }
        return try JSONText(evaluated(expression)).within(limit)
    }

    /// The value as part of a string: a string's own text, or what it is as JSON.
    mutating func string(of expression: Expression, limit: Int) throws(RenderingError) -> String {
        if case .string(let text) = try evaluated(expression) { return text }
        return try text(of: expression, limit: limit).string
    }

    private mutating func evaluated(_ expression: Expression) throws(RenderingError) -> JSONValue {
        do throws(JMESPathError) {
            return try value(of: expression)
        } catch {
            throw .expression(error)
        }
    }

    /// The text at a path of plain fields, if it lies in opaque JSON.
    private mutating func source(of path: [String], _ limit: Int) throws(RenderingError) -> JSONText? {
        if path.first == "input" { return try descend(workflow.input, of: nil, path.dropFirst(), limit) }
        guard path.count >= 3, path[0] == "steps", path[2] == "result" else { return nil }
        guard let step = workflow.plan.ordinals[path[1]] else { return nil }
        return try descend(workflow.results[step] ?? .null, of: step, path.dropFirst(3), limit)
    }

    /// Follows the path into a step's result, or into the input.
    private mutating func descend(
        _ text: JSONText, of step: Int?, _ path: ArraySlice<String>, _ limit: Int
    ) throws(RenderingError) -> JSONText {
        guard let first = path.first else { return try text.within(limit) }
        guard var node = parsed.members(of: step, text)[first] else { return .null }
        for field in path.dropFirst() {
            guard let member = node.member(field) else { return .null }
            node = member
        }
        // Before it is copied: thousands of steps may each want the same large value.
        guard node.byteCount <= limit else { throw .tooLong }
        return node.text
    }

    private mutating func root(for paths: [[String]]) -> JSONValue {
        var root: JSONObject = [:]
        for path in paths {
            switch path.first {
            case "input": root["input"] = input()
            case "workflow": root["workflow"] = workflow.expressionValue
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
        if let input = parsed.input { return input }
        let value = JSONValue(parsing: workflow.input)
        parsed.input = value
        return value
    }

    private mutating func step(_ ordinal: Int) -> JSONValue {
        if let step = parsed.steps[ordinal] { return step }
        let state = workflow.steps[ordinal]
        var fields: JSONObject = ["status": .string(state.status.rawValue)]
        if let result = workflow.results[ordinal] { fields["result"] = JSONValue(parsing: result) }
        if let failure = state.failure {
            fields["error"] = .object(["code": .string(failure.code), "message": .string(failure.message)])
        }
        let value = JSONValue.object(fields)
        parsed.steps[ordinal] = value
        return value
    }
}

extension Workflow {
    /// What expressions see of the workflow itself.
    var expressionValue: JSONValue {
        let labels = plan.labels.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        return .object([
            "id": .string(id.description),
            "name": .string(plan.name),
            "created_at": .string(createdAt.description),
            "labels": .object(JSONObject(uniqueKeysWithValues: labels)),
        ])
    }
}
