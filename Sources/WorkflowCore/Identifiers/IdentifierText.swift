/// Reads ids of the form `<prefix>_<partition>_<token>[_<number>]`, the one shape that all ids of a workflow share.
enum IdentifierText {
    /// Longer numbers are nobody's: the limit keeps every later multiplication far from overflow.
    private static let maximumDigits = 9

    static func split(_ text: String, prefix: String, numbers: Int) -> (workflow: WorkflowID, numbers: [Int])? {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3 + numbers, parts[0] == prefix else { return nil }
        guard let partition = number(parts[1]), let token = RandomToken(parts[2]) else { return nil }
        let tail = parts.dropFirst(3).compactMap(number)
        guard tail.count == numbers else { return nil }
        return (WorkflowID(partition: partition, token: token), tail)
    }

    /// ASCII digits without a sign or leading zeros, so that every id has exactly one spelling.
    static func number(_ text: Substring) -> Int? {
        let digits = text.utf8
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
