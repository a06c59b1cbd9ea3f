package import JSON
import OrderedCollections

/// What counts as true in conditions, and how types are called.
extension JSONValue {
    /// False are `null`, `false`, and empty strings, arrays and objects; zero is true.
    package var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .integer, .double: true
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        }
    }

    /// The type names that the function `type` answers with.
    var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
