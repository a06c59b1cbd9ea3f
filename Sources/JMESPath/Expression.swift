package import JSON

/// A JMESPath expression: compiled once, then evaluated against any number of values.
package struct Expression: Sendable, Hashable, CustomStringConvertible {
    package static let maximumSourceBytes = 16 << 10

    package let source: String
    let root: Node
    /// The path, if the whole expression is nothing but a chain of fields; empty for `@`.
    package let fieldPath: [String]?

    package init(_ source: String) throws(JMESPathError) {
        let bytes = Array(source.utf8)
        guard bytes.count <= Self.maximumSourceBytes else {
            let found = "the expression has \(bytes.count) bytes; at most \(Self.maximumSourceBytes) are allowed"
            throw JMESPathError(.syntax, at: Self.maximumSourceBytes, found)
        }
        var lexer = Lexer(bytes)
        var parser = Parser(try lexer.tokens())
        self.root = try parser.parse()
        fieldPath = root.fieldPath
        self.source = source
    }

    package func evaluate(
        _ value: JSONValue, limits: EvaluationLimits = .default
    ) throws(JMESPathError) -> JSONValue {
        var evaluator = Evaluator(limits: limits)
        return try evaluator.evaluate(root, value)
    }

    package var description: String { source }

    // The source decides all else.

    package static func == (one: Expression, other: Expression) -> Bool {
        one.source.utf8.elementsEqual(other.source.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(source)
    }
}
