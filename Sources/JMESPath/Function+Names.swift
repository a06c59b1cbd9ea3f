import JSON

/// Finding functions by what the author of an expression wrote.
extension Function {
    static func named(_ name: String, at offset: Int) throws(JMESPathError) -> Function {
        if let function = Function(rawValue: name) { return function }
        let hint = Suggestion.text(for: name, among: allCases.map(\.rawValue))
        throw JMESPathError(.unknownFunction, at: offset, "no function is called '\(name.prefix(64))'\(hint)")
    }
}
