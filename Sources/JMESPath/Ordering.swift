import JSON

/// The order of numbers and of strings: negative, zero or positive.
enum Ordering {
    /// Nil when one of both is no number.
    static func ofNumbers(_ left: JSONValue, _ right: JSONValue) -> Int? {
        if case .integer(let one) = left, case .integer(let other) = right {
            return one < other ? -1 : (one == other ? 0 : 1)
        }
        guard let one = left.number, let other = right.number else { return nil }
        return one < other ? -1 : (one == other ? 0 : 1)
    }

    /// By code points, which is the order of the UTF-8 bytes; Swift's own `<` would normalise first.
    static func ofStrings(_ left: String, _ right: String) -> Int {
        if left.utf8.lexicographicallyPrecedes(right.utf8) { return -1 }
        return left.utf8.elementsEqual(right.utf8) ? 0 : 1
    }

    /// Two numbers or two strings; nil for other pairs.
    static func of(_ left: JSONValue, _ right: JSONValue) -> Int? {
        if case .string(let one) = left, case .string(let other) = right { return ofStrings(one, other) }
        return ofNumbers(left, right)
    }
}
