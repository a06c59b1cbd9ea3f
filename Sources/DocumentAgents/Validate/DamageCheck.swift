/// Looks for the traces of a bad scan or of an upload that broke off.
enum DamageCheck {
    /// Below this nothing can be said about a document.
    private static let fewestWords = 10

    static func check(_ document: DocumentText) throws(DocumentDamaged) {
        try checkBytes(document.bytes)
        let words = FoldedText(document.bytes).starts.count
        if words < fewestWords {
            let found = words == 0 ? "it has no words" : "it has only \(words) word\(words == 1 ? "" : "s")"
            throw DocumentDamaged(reason: "\(found), fewer than the \(fewestWords) that can be judged")
        }
        if let ending = brokenEnding(of: document) {
            throw DocumentDamaged(reason: "it breaks off in the middle of a sentence: '…\(ending)'")
        }
    }

    private static func checkBytes(_ bytes: [UInt8]) throws(DocumentDamaged) {
        var (replaced, control) = (0, 0)
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x7F {
                if !byte.isSpace { control += 1 }
            } else if byte == 0xBD, index >= 2, bytes[index - 1] == 0xBF, bytes[index - 2] == 0xEF {
                // U+FFFD, which decoders put where bytes made no sense.
                replaced += 1
            }
        }
        // One odd byte may come from a form feed's neighbour or a copied symbol; a bad scan has them all over.
        let bound = max(2, bytes.count / 1000)
        if replaced > bound { throw DocumentDamaged(reason: "\(replaced) characters could not be read (U+FFFD)") }
        if control > bound { throw DocumentDamaged(reason: "it has \(control) control characters") }
    }

    /// The last words, if they are not the end of a sentence although the document's sentences have ends.
    private static func brokenEnding(of document: DocumentText) -> String? {
        guard let paragraph = document.paragraphs.last(where: { !isRules($0, document) }) else { return nil }
        let lines = document.lines[paragraph]
        guard let line = lines.last(where: { !$0.isRule }), isOpen(line), !isShown(line) else { return nil }
        let words = lines.reduce(0) { $0 + $1.wordCount }
        let isBroken =
            if isHanging(line) {
                true
            } else if lines.count == 1, words <= 10, line.isTitleCase, !line.text.contains(". ") {
                // A heading or a signature.
                false
            } else if let mark = line.bytes.first, "-*+".utf8.contains(mark) {
                // Items of a list often have no full stop.
                false
            } else {
                hasSentences(document, before: paragraph) ? words >= 4 : words >= 8
            }
        return isBroken ? String(line.text.suffix(40)) : nil
    }

    private static func isRules(_ paragraph: Range<Int>, _ document: DocumentText) -> Bool {
        document.lines[paragraph].allSatisfy(\.isRule)
    }

    /// Neither a full stop nor another sign at the end that may close a text.
    private static func isOpen(_ line: Line) -> Bool {
        guard let last = line.bytes.last else { return false }
        let isClosed = ["”", "’", "»", "…", "。", "\u{FFFD}"].contains {
            line.bytes.suffix($0.utf8.count).elementsEqual($0.utf8)
        }
        if last.isWordByte { return !isClosed }
        return ",;:-(".utf8.contains(last) || line.bytes.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
    }

    /// Addresses and table rows end as they like.
    private static func isShown(_ line: Line) -> Bool {
        line.bytes.contains(UInt8(ascii: "|")) || line.bytes.contains(UInt8(ascii: "@"))
            || line.text.split(separator: " ").last?.contains("://") == true
    }

    /// Ends with a comma or a colon, or with a word that no sentence ends with.
    private static func isHanging(_ line: Line) -> Bool {
        guard let last = line.bytes.last, last.isWordByte else { return true }
        let words = line.bytes.split(whereSeparator: { !$0.isWordByte })
        guard words.count > 1, let word = words.last else { return false }
        return hangingWords.contains(String(decoding: word, as: UTF8.self).lowercased())
    }

    private static let hangingWords: Set<String> = [
        "a", "an", "and", "any", "are", "as", "at", "be", "but", "by", "for", "from", "if", "is", "may", "must", "nor",
        "of",
        "or", "such", "than", "that", "the", "their", "these", "this", "to", "which", "whose", "will", "with", "your",
    ]

    /// Whether most of the longer paragraphs end as sentences do; lists and notes often do not.
    private static func hasSentences(_ document: DocumentText, before paragraph: Range<Int>) -> Bool {
        var (ended, open) = (0, 0)
        for other in document.paragraphs where other.upperBound <= paragraph.lowerBound {
            let lines = document.lines[other]
            guard lines.reduce(0, { $0 + $1.wordCount }) >= 8, let line = lines.last(where: { !$0.isRule }) else {
                continue
            }
            if isOpen(line) { open += 1 } else { ended += 1 }
        }
        return ended >= 2 && ended >= open * 3
    }
}
