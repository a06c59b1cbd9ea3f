/// How strongly each operator takes its operands, weakest first.
enum BindingPower {
    static let none = 0
    static let pipe = 1
    static let or = 2
    static let and = 3
    static let comparison = 5
    /// Above comparisons and below all that leads into a value: `!a.b` denies `a.b`, and `!a == b` compares `!a`.
    static let not = 7
    static let flatten = 9
    /// What binds weaker than this ends a projection.
    static let projectionEnd = 10
    static let star = 20
    static let filter = 21
    static let dot = 40
    static let bracket = 55

    /// Zero for words that cannot follow an operand.
    static func of(_ kind: Token.Kind) -> Int {
        switch kind {
        case .pipe: pipe
        case .or: or
        case .and: and
        case .comparator: comparison
        case .flatten: flatten
        case .filter: filter
        case .dot: dot
        case .leftBracket: bracket
        default: none
        }
    }
}
