/// Finds headings: Markdown's, numbered ones, underlined ones, lines in capitals, and short centred lines.
enum HeadingFinder {
    private static let limit = 200

    static func headings(in document: DocumentText, title: String?) -> [String] {
        let title = title.map { FoldedText($0.utf8).bytes }
        var headings: [String] = []
        for paragraph in document.paragraphs {
            for index in paragraph where headings.count < limit {
                guard let heading = heading(at: index, in: paragraph, document.lines) else { continue }
                if !isTitle(FoldedText(heading.utf8), title) { headings.append(heading) }
            }
        }
        return headings
    }

    /// Whether a heading only repeats the title, with an article before it or a version behind it.
    private static func isTitle(_ heading: FoldedText, _ title: [UInt8]?) -> Bool {
        guard let title else { return false }
        let article = Array("the ".utf8)
        let words = heading.bytes.starts(with: article) ? heading.bytes.dropFirst(article.count) : heading.bytes[...]
        guard words.starts(with: title) else { return false }
        return words.count == title.count || words.dropFirst(title.count).starts(with: " version ".utf8)
    }

    /// The heading that a line is, or starts with.
    static func heading(at index: Int, in paragraph: Range<Int>, _ lines: [Line]) -> String? {
        let line = lines[index]
        if line.isRule || line.bytes.count < 3 { return nil }
        if line.bytes.first == UInt8(ascii: "#") {
            let text = Line(trimming: line.bytes.drop { $0 == UInt8(ascii: "#") })
            return text.isBlank ? nil : text.text
        }
        let isAlone = paragraph.count == 1
        let isUnderlined = index + 1 < paragraph.upperBound && lines[index + 1].isRule
        if isUnderlined { return line.wordCount <= 12 ? line.text : nil }
        let (rest, isNumbered) = line.withoutMarker
        if isNumbered, line.bytes[line.bytes.startIndex].isDigit {
            return numbered(line, rest, isLastLine: index + 1 == paragraph.upperBound)
        }
        guard line.wordCount <= 10, line.bytes.last != UInt8(ascii: ".") else { return nil }
        if isSentenceLike(line) { return nil }
        if line.isCapitals { return paragraph.count <= 2 ? line.text : nil }
        let isCentred = line.indent >= 12
        let hasColon = line.bytes.last == UInt8(ascii: ":")
        guard isAlone, line.isTitleCase, isCentred || hasColon || line.wordCount <= 5 else { return nil }
        let text = hasColon ? Line(trimming: line.bytes.dropLast()) : line
        return text.text
    }

    /// `7. DISCLAIMER OF WARRANTY.` and `2. Grant of Patent License. Subject to …`, but not `1. You may copy …`.
    private static func numbered(_ line: Line, _ rest: Line, isLastLine: Bool) -> String? {
        let words = rest.bytes
        var end = words.endIndex
        for index in words.indices where words[index] == UInt8(ascii: ".") {
            if index + 1 == words.endIndex || words[index + 1].isSpace, index - words.startIndex >= 4 {
                end = index
                break
            }
        }
        let phrase = Line(trimming: words[..<end])
        let isClosed = end < words.endIndex || isLastLine
        guard isClosed, !phrase.isBlank, phrase.wordCount <= 9, phrase.isTitleCase, !isSentenceLike(phrase) else {
            return nil
        }
        // A title ends at the line's end when it has no full stop, so a quoted term is a definition instead.
        guard phrase.bytes.first != UInt8(ascii: "\"") else { return nil }
        return String(decoding: line.bytes[line.bytes.startIndex..<phrase.bytes.endIndex], as: UTF8.self)
    }

    private static func isSentenceLike(_ line: Line) -> Bool {
        line.bytes.last.map { ",;".utf8.contains($0) } == true || line.bytes.contains(UInt8(ascii: "@"))
            || line.hasPrefix("copyright") || line.hasPrefix("http") || line.hasPrefix("version ")
            || line.hasPrefix("<") || line.hasPrefix("|")
    }
}
