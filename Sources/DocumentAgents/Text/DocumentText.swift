/// A text cut into lines and paragraphs once, for all that reads it.
struct DocumentText: Sendable {
    let bytes: [UInt8]
    let lines: [Line]
    /// Runs of lines without a blank one between them.
    let paragraphs: [Range<Int>]

    init(_ text: String) {
        bytes = Array(text.utf8)
        lines = Self.lines(of: bytes)
        paragraphs = Self.paragraphs(of: lines)
    }

    private static func lines(of bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        var isFenced = false
        for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            var indent = 0
            var start = raw.startIndex
            while start < raw.endIndex, raw[start].isSpace {
                indent += raw[start] == UInt8(ascii: "\t") ? 8 : 1
                start += 1
            }
            var line = Line(trimming: raw[start...], indent: indent)
            let isFence = line.hasPrefix("```") || line.hasPrefix("~~~")
            if isFence { isFenced.toggle() }
            // Program text inside a Markdown document is no part of its prose.
            if isFence || isFenced { line = Line(bytes: [], indent: 0) }
            lines.append(withoutMarks(line))
        }
        return lines
    }

    /// Without the marks of a source comment, a Markdown quotation or a box of stars around the line.
    private static func withoutMarks(_ line: Line) -> Line {
        let star = UInt8(ascii: "*")
        if line.bytes.count > 2, line.bytes.first == star, line.bytes.last == star, !line.isRule {
            return Line(trimming: line.bytes.dropFirst().dropLast(), indent: line.indent)
        }
        for mark in ["//", "/*", "*/", ">", ";;"] where line.bytes.starts(with: mark.utf8) {
            return Line(trimming: line.bytes.dropFirst(mark.utf8.count), indent: line.indent)
        }
        return line
    }

    private static func paragraphs(of lines: [Line]) -> [Range<Int>] {
        var paragraphs: [Range<Int>] = []
        var start: Int?
        for (index, line) in lines.enumerated() {
            if !line.isBlank {
                start = start ?? index
            } else if let first = start {
                paragraphs.append(first..<index)
                start = nil
            }
        }
        if let start { paragraphs.append(start..<lines.count) }
        return paragraphs
    }
}
