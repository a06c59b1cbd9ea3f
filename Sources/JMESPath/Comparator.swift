import JSON

/// The six comparisons.
enum Comparator: String, Sendable, Hashable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Only numbers have an order; to compare anything else that way gives null.
    func compare(_ left: JSONValue, _ right: JSONValue) -> JSONValue {
        switch self {
        case .equal: .bool(left == right)
        case .notEqual: .bool(left != right)
        case .less: ordered(left, right) { $0 < 0 }
        case .lessOrEqual: ordered(left, right) { $0 <= 0 }
        case .greater: ordered(left, right) { $0 > 0 }
        case .greaterOrEqual: ordered(left, right) { $0 >= 0 }
        }
    }

    private func ordered(_ left: JSONValue, _ right: JSONValue, _ holds: (Int) -> Bool) -> JSONValue {
        guard let order = Ordering.ofNumbers(left, right) else { return .null }
        return .bool(holds(order))
    }
}
