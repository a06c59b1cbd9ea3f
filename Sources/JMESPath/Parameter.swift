import JSON

/// What a function takes in one place.
enum Parameter: Sendable {
    case any, number, string, stringOrArray, countable, object, array
    /// An array of numbers only, of strings only, or of either all numbers or all strings.
    case numbers, strings, comparables
    /// `&expression`.
    case reference

    var described: String {
        switch self {
        case .any: "any value"
        case .number: "a number"
        case .string: "a string"
        case .stringOrArray: "a string or an array"
        case .countable: "a string, an array or an object"
        case .object: "an object"
        case .array: "an array"
        case .numbers: "an array of numbers"
        case .strings: "an array of strings"
        case .comparables: "an array of numbers or an array of strings"
        case .reference: "an expression that starts with '&'"
        }
    }

    func accepts(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.any, _): true
        case (.number, .integer), (.number, .double): true
        case (.string, .string), (.stringOrArray, .string), (.countable, .string): true
        case (.stringOrArray, .array), (.countable, .array), (.array, .array): true
        case (.countable, .object), (.object, .object): true
        case (.numbers, .array(let elements)): elements.allSatisfy { $0.number != nil }
        case (.strings, .array(let elements)): elements.allSatisfy { $0.text != nil }
        case (.comparables, .array(let elements)):
            elements.allSatisfy { $0.number != nil } || elements.allSatisfy { $0.text != nil }
        default: false
        }
    }
}
