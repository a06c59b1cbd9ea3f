/// One line of a text without the white space and the comment or quote marks around it.
struct Line: Sendable {
    let bytes: ArraySlice<UInt8>
    /// The columns before the first visible byte: centred titles and headings have many.
    let indent: Int

    var isBlank: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A rule such as `-----` or `====`, which underlines or divides.
    var isRule: Bool {
        guard bytes.count >= 3, let first = bytes.first else { return false }
        return "-=_*~#+".utf8.contains(first) && bytes.allSatisfy { $0 == first || $0.isSpace }
    }

    var wordCount: Int {
        var count = 0
        var isInside = false
        for byte in bytes {
            if !byte.isSpace && !isInside { count += 1 }
            isInside = !byte.isSpace
        }
        return count
    }

    /// Whether most of its letters are capitals, as in headings and in disclaimers.
    var isCapitals: Bool {
        var (upper, lower) = (0, 0)
        for byte in bytes {
            if byte.isUppercase { upper += 1 } else if byte.isLowercase { lower += 1 }
        }
        return upper >= 2 && lower * 5 <= upper
    }

    /// Whether the words read like a heading's: each starts with a capital, apart from short ones in between.
    var isTitleCase: Bool {
        var words = 0
        for word in bytes.split(whereSeparator: { $0.isSpace || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "/") }) {
            guard let first = word.first(where: \.isWordByte) else { continue }
            if first.isLowercase && (words == 0 || !Self.smallWords.contains(String(decoding: word, as: UTF8.self))) {
                return false
            }
            words += 1
        }
        return words > 0
    }

    private static let smallWords: Set<String> = [
        "a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "this", "to", "under", "with",
    ]

    func hasPrefix(_ prefix: StaticString) -> Bool {
        let prefix = prefix.description.utf8
        return bytes.count >= prefix.count && zip(bytes, prefix).allSatisfy { $0.lowercased == $1 }
    }

    /// A line about the text that is neither its title nor its prose.
    var isNotice: Bool {
        hasPrefix("copyright") || hasPrefix("(c)") || hasPrefix("all rights reserved")
            || hasPrefix("everyone is permitted")
            || hasPrefix("of this license document") || hasPrefix("http") || hasPrefix("<http")
    }

    /// The line without `2.1.`, `(a)`, `b)`, `-` or `*` at its start, and whether there was one.
    var withoutMarker: (rest: Line, hadMarker: Bool) {
        let end = markerEnd
        guard end > bytes.startIndex else { return (self, false) }
        return (Line(trimming: bytes[end...]), true)
    }

    private var markerEnd: Int {
        var index = bytes.startIndex
        guard let first = bytes.first else { return index }
        if "-*+".utf8.contains(first) { return endsMarker(index + 1) ? index + 1 : index }
        if first == UInt8(ascii: "(") { index += 1 }
        let digits = bytes[index...].prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
        index = digits.endIndex
        if digits.isEmpty {
            guard index < bytes.endIndex, bytes[index].isLetter else { return bytes.startIndex }
            index += 1
        }
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: ")") {
            return endsMarker(index + 1) ? index + 1 : bytes.startIndex
        }
        let isNumber = digits.contains(UInt8(ascii: ".")) && first != UInt8(ascii: "(") && digits.first?.isDigit == true
        return isNumber && digits.count <= 12 && endsMarker(index) ? index : bytes.startIndex
    }

    private func endsMarker(_ index: Int) -> Bool { index < bytes.endIndex && bytes[index].isSpace }
}

extension Line {
    init(trimming bytes: ArraySlice<UInt8>, indent: Int = 0) {
        var bytes = bytes
        while bytes.last?.isSpace == true { bytes.removeLast() }
        while bytes.first?.isSpace == true { bytes.removeFirst() }
        self.init(bytes: bytes, indent: indent)
    }
}
