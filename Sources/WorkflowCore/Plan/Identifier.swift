/// What may name a step, a task type or a label: no byte that means something in a Redis key, a URL or JMESPath's
/// namespaces.
package enum Identifier {
    package static func isValid(_ text: String, limit: Int = PlanLimits().identifierLength) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= limit else { return false }
        return isLetter(first) && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    package static func rule(_ limit: Int = PlanLimits().identifierLength) -> String {
        "1 to \(limit) letters (a-z, A-Z), digits, '_' and '-', the first a letter or '_'"
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
