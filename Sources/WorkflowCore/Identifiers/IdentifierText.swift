/// Reads ids, in place: `<prefix>_<token>`, or, of what belongs to a workflow,
/// `<prefix>_<partition>_<token>[_<number>]`. `prefix` includes the underscore.
struct IdentifierText {
    /// Longer numbers are nobody's: the limit keeps every later multiplication far from overflow.
    private static let maximumDigits = 9

    /// How far it has been read.
    private var index = 0

    static func token(_ id: String, prefix: String) -> RandomToken? {
        let text = id.utf8Span.span
        var reader = IdentifierText()
        guard reader.skip(prefix, in: text), let token = reader.token(in: text), reader.index == text.count else {
            return nil
        }
        return token
    }

    static func workflow(_ id: String, prefix: String) -> WorkflowID? {
        let text = id.utf8Span.span
        var reader = IdentifierText()
        guard reader.skip(prefix, in: text), let workflow = reader.workflow(in: text), reader.index == text.count else {
            return nil
        }
        return workflow
    }

    static func numbered(_ id: String, prefix: String) -> (workflow: WorkflowID, number: Int)? {
        let text = id.utf8Span.span
        var reader = IdentifierText()
        guard reader.skip(prefix, in: text), let workflow = reader.workflow(in: text), reader.skip("_", in: text),
            let number = reader.number(in: text), reader.index == text.count
        else { return nil }
        return (workflow, number)
    }

    private mutating func workflow(in text: Span<UInt8>) -> WorkflowID? {
        guard let partition = number(in: text), skip("_", in: text), let token = token(in: text) else { return nil }
        return WorkflowID(partition: partition, token: token)
    }

    private mutating func skip(_ word: String, in text: Span<UInt8>) -> Bool {
        let word = word.utf8Span.span
        guard text.count - index >= word.count else { return false }
        for offset in word.indices where text[index + offset] != word[offset] { return false }
        index += word.count
        return true
    }

    private mutating func token(in text: Span<UInt8>) -> RandomToken? {
        guard text.count - index >= RandomToken.textLength else { return nil }
        let digits = text.extracting(index..<index + RandomToken.textLength)
        index += RandomToken.textLength
        return RandomToken(digits: digits)
    }

    /// ASCII digits without a sign or leading zeros, so that every id has exactly one spelling.
    private mutating func number(in text: Span<UInt8>) -> Int? {
        let start = index
        var value = 0
        while index < text.count, text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") {
            guard index - start < Self.maximumDigits else { return nil }
            value = value * 10 + Int(text[index] - UInt8(ascii: "0"))
            index += 1
        }
        guard index > start, index == start + 1 || text[start] != UInt8(ascii: "0") else { return nil }
        return value
    }
}
