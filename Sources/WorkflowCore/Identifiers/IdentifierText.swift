/// Reads ids, in place: `<prefix>_<token>`, or, of what belongs to a workflow,
/// `<prefix>_<partition>_<token>[_<number>]`.
enum IdentifierText {
    /// Longer numbers are nobody's: the limit keeps every later multiplication far from overflow.
    private static let maximumDigits = 9

    /// The token behind `prefix`, which is all that follows.
    static func token(_ text: String, prefix: String) -> RandomToken? {
        text.utf8.starts(with: prefix.utf8) ? RandomToken(digits: text.utf8.dropFirst(prefix.utf8.count)) : nil
    }

    static func workflow(_ text: String, prefix: String) -> WorkflowID? {
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        var rest = text.utf8.dropFirst(prefix.utf8.count)
        guard let partition = number(next(&rest)), let token = RandomToken(digits: rest) else { return nil }
        return WorkflowID(partition: partition, token: token)
    }

    static func numbered(_ text: String, prefix: String) -> (workflow: WorkflowID, number: Int)? {
        guard text.utf8.starts(with: prefix.utf8) else { return nil }
        var rest = text.utf8.dropFirst(prefix.utf8.count)
        guard let partition = number(next(&rest)), let token = RandomToken(digits: next(&rest)),
            let number = number(rest)
        else { return nil }
        return (WorkflowID(partition: partition, token: token), number)
    }

    /// What stands before the next underscore, which goes too.
    private static func next(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let part = rest.prefix { $0 != UInt8(ascii: "_") }
        rest = rest[part.endIndex...].dropFirst()
        return part
    }

    /// ASCII digits without a sign or leading zeros, so that every id has exactly one spelling.
    private static func number(_ digits: Substring.UTF8View) -> Int? {
        guard !digits.isEmpty, digits.count <= maximumDigits else { return nil }
        guard digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
