package import JMESPath
import JSON

/// An expression of a plan and where in the plan's JSON it stands (RFC 6901).
package struct LocatedExpression: Sendable {
    package let pointer: String
    package let expression: Expression
}

extension JSONProblems {
    /// The compiled expression, or `nil` and a problem that says what is wrong with it.
    mutating func expression(_ source: String, at pointer: String) -> Expression? {
        do {
            return try Expression(source)
        } catch {
            add(pointer, "not a JMESPath expression: \(error)")
            return nil
        }
    }
}
