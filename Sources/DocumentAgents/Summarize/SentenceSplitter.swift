/// Cuts a document's running text into sentences, leaving out what is not running text: headings, lines in capitals,
/// addresses, copyright notices, tables.
enum SentenceSplitter {
    static func sentences(of document: DocumentText) -> [Sentence] {
        var sentences: [Sentence] = []
        for paragraph in document.paragraphs {
            for piece in pieces(of: paragraph, document.lines) { sentences += split(piece) }
        }
        return sentences
    }

    /// The paragraph's prose; each list item by itself.
    private static func pieces(of paragraph: Range<Int>, _ lines: [Line]) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var current: [UInt8] = []
        for index in paragraph {
            let line = lines[index]
            if isApart(index, in: paragraph, lines) {
                pieces.append(current)
                current = []
                continue
            }
            var (rest, isItem) = line.withoutMarker
            if isItem {
                pieces.append(current)
                current = []
                if let heading = HeadingFinder.heading(at: index, in: paragraph, lines) {
                    rest = Line(trimming: line.bytes.dropFirst(heading.utf8.count + 1))
                }
            }
            if !current.isEmpty { current.append(UInt8(ascii: " ")) }
            current += rest.bytes
        }
        pieces.append(current)
        return pieces.filter { !$0.isEmpty }
    }

    private static func isApart(_ index: Int, in paragraph: Range<Int>, _ lines: [Line]) -> Bool {
        let line = lines[index]
        if line.isRule || line.isCapitals || line.isNotice || line.hasPrefix("|") { return true }
        if line.bytes.contains(UInt8(ascii: "@")) || hasAddress(line) { return true }
        guard let heading = HeadingFinder.heading(at: index, in: paragraph, lines) else { return false }
        return heading.utf8.count + 2 >= line.bytes.count || line.bytes.first == UInt8(ascii: "#")
    }

    /// A web address, or a postal code with a street.
    private static func hasAddress(_ line: Line) -> Bool {
        let bytes = line.bytes
        for index in bytes.indices {
            let isCandidate =
                bytes[index] == UInt8(ascii: ":") || bytes[index] == UInt8(ascii: "w") || bytes[index] == 0x20
            if isCandidate, addressMarks.contains(where: { bytes[index...].starts(with: $0) }) { return true }
        }
        return false
    }

    private static let addressMarks = ["://", "www.", " Street,", " St, "].map { Array($0.utf8) }

    private static let abbreviations: Set<String> = [
        "e.g", "i.e", "etc", "inc", "ltd", "corp", "no", "nos", "v", "vs", "u.s", "sec", "art", "mr", "mrs", "ms", "dr",
        "cf",
    ]

    private static func split(_ bytes: [UInt8]) -> [Sentence] {
        var sentences: [Sentence] = []
        var start = 0
        var place = 0
        var index = 0
        while index < bytes.count {
            guard ".!?".utf8.contains(bytes[index]) else {
                index += 1
                continue
            }
            var end = index + 1
            while end < bytes.count, "\"')]".utf8.contains(bytes[end]) { end += 1 }
            if end == bytes.count || isBoundary(bytes, mark: index, end: end) {
                if let sentence = sentence(bytes[start..<end], place) { sentences.append(sentence) }
                place += 1
                start = end
            }
            index = end
        }
        if let sentence = sentence(bytes[start...], place) { sentences.append(sentence) }
        return sentences
    }

    private static func isBoundary(_ bytes: [UInt8], mark: Int, end: Int) -> Bool {
        guard bytes[end].isSpace else { return false }
        guard let next = bytes[end...].first(where: { !$0.isSpace }) else { return true }
        guard next.isUppercase || next >= 0x80 || "\"'([`".utf8.contains(next) else { return false }
        guard bytes[mark] == UInt8(ascii: ".") else { return true }
        var first = mark
        while first > 0, !bytes[first - 1].isSpace, bytes[first - 1] != UInt8(ascii: "("), mark - first < 8 {
            first -= 1
        }
        let word = bytes[first..<mark]
        if word.count == 1, word.first?.isUppercase == true { return false }
        return !abbreviations.contains(String(decoding: word.map(\.lowercased), as: UTF8.self))
    }

    /// Only whole sentences that start like one and have a length that can be read.
    private static func sentence(_ bytes: ArraySlice<UInt8>, _ place: Int) -> Sentence? {
        let text = FoldedSpaces.text(Line(trimming: bytes).bytes)
        guard let first = text.utf8.first, first.isUppercase || first >= 0x80 || "\"`(".utf8.contains(first) else {
            return nil
        }
        guard let last = text.utf8.last, ".!?:\")".utf8.contains(last) else { return nil }
        let words = FoldedText(text.utf8)
        return (6...70).contains(words.starts.count) ? Sentence(text: text, folded: words, place: place) : nil
    }
}
