/// Finds the terms that a document defines: `"Work" shall mean …`, `(the "Waiver")`, `addressed as "you"`.
enum TermFinder {
    private static let limit = 200
    private static let longestTerm = 60
    private static let longestSentence = 120

    static func terms(in document: DocumentText) -> [String] {
        let bytes = document.bytes
        var terms: [String] = []
        var seen: Set<String> = []
        var index = 0
        while index < bytes.count, terms.count < limit {
            guard let quote = quote(at: index, bytes) else {
                index += 1
                continue
            }
            let term = FoldedSpaces.text(bytes[quote.content])
            if !term.hasSuffix("."), isDefinition(quote, bytes), seen.insert(term.lowercased()).inserted {
                terms.append(term)
            }
            index = quote.end
        }
        return terms
    }

    private struct Quote {
        let start: Int
        let content: Range<Int>
        let end: Int
    }

    private static let marks: [(open: [UInt8], close: [UInt8])] = [
        (Array("\"".utf8), Array("\"".utf8)),
        (Array("“".utf8), Array("”".utf8)),
        (Array("``".utf8), Array("''".utf8)),
    ]

    private static func quote(at index: Int, _ bytes: [UInt8]) -> Quote? {
        for mark in marks where bytes[index] == mark.open[0] && bytes[index...].starts(with: mark.open) {
            let start = index + mark.open.count
            let limit = min(start + longestTerm, bytes.count)
            var end = start
            while end < limit, !(bytes[end] == mark.close[0] && bytes[end...].starts(with: mark.close)) { end += 1 }
            guard end < limit, end > start, bytes[start].isWordByte else { return nil }
            return Quote(start: index, content: start..<end, end: end + mark.close.count)
        }
        return nil
    }

    private static func isDefinition(_ quote: Quote, _ bytes: [UInt8]) -> Bool {
        isInParentheses(quote, bytes) || isCalled(quote, bytes) || isExplained(quote, bytes)
    }

    /// `(the "Waiver")`, `(each, a "Work")`, but not the alternative of another term, `(or "Your")`.
    private static func isInParentheses(_ quote: Quote, _ bytes: [UInt8]) -> Bool {
        guard quote.end < bytes.count, bytes[quote.end] == UInt8(ascii: ")") else { return false }
        var start = quote.start
        while start > 0, quote.start - start < 30, bytes[start - 1] != UInt8(ascii: "(") {
            let byte = bytes[start - 1]
            guard byte.isLetter || byte.isSpace || byte == UInt8(ascii: ",") else { return false }
            start -= 1
        }
        guard start > 0, bytes[start - 1] == UInt8(ascii: "(") else { return false }
        let lead = FoldedText(bytes[start..<quote.start])
        if lead.starts.isEmpty { return true }
        return ["the", "each", "a", "an", "hereinafter", "hereafter", "together", "collectively", "or"]
            .contains { lead.word(0).elementsEqual($0.utf8) }
    }

    /// `called the "Linked Version"`, `addressed as "you"`.
    private static func isCalled(_ quote: Quote, _ bytes: [UInt8]) -> Bool {
        let words = FoldedText(bytes[max(0, quote.start - 24)..<quote.start])
        var last = words.starts.count - 1
        if last >= 0, ["the", "a", "an"].contains(where: { words.word(last).elementsEqual($0.utf8) }) { last -= 1 }
        guard last >= 0 else { return false }
        if words.word(last).elementsEqual("called".utf8) {
            return last == 0 || !words.word(last - 1).elementsEqual("so".utf8)
        }
        guard last >= 1, words.word(last).elementsEqual("as".utf8) else { return false }
        return ["addressed", "known", "defined"].contains { words.word(last - 1).elementsEqual($0.utf8) }
    }

    /// `means`, `refers to` and the like behind the term, in the same clause.
    private static func isExplained(_ quote: Quote, _ bytes: [UInt8]) -> Bool {
        let rest = bytes[quote.end..<min(quote.end + longestSentence, bytes.count)]
        let clause = rest.prefix { !";:.".utf8.contains($0) }
        let words = FoldedText(clause)
        for place in words.starts.indices.prefix(10) {
            switch String(decoding: words.word(place), as: UTF8.self) {
            case "means", "denotes", "designates": return true
            case "mean": return place > 0 && words.word(place - 1).elementsEqual("shall".utf8)
            case "refers": return true
            case "is", "are", "has", "have", "includes": if place == 0 { return true }
            case "which", "that", "and", "if", "because": return false
            default: break
            }
        }
        return false
    }
}
