/// Why an expression cannot be compiled or evaluated, and where in its source.
package struct JMESPathError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The error names of the specification, and one of ours for work that would not end in time.
    package enum Kind: String, Sendable, Hashable {
        case syntax
        case unknownFunction = "unknown-function"
        case invalidArity = "invalid-arity"
        case invalidType = "invalid-type"
        case invalidValue = "invalid-value"
        case limitExceeded = "limit-exceeded"
    }

    package let kind: Kind
    /// Bytes of the source before the offending part.
    package let offset: Int
    package let reason: String

    package init(_ kind: Kind, at offset: Int, _ reason: String) {
        self.kind = kind
        self.offset = offset
        self.reason = reason
    }

    package var description: String { "\(kind.rawValue) at byte \(offset): \(reason)" }
}
