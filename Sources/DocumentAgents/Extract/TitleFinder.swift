/// Finds a document's title and version in the lines before its prose.
enum TitleFinder {
    private static let headLimit = 12
    private static let typeWords = PhraseIndex([
        "license", "licence", "agreement", "contract", "terms of", "policy", "dedication", "statement of work",
    ])

    static func title(of document: DocumentText) -> String? {
        var best: (line: Line, score: Int)?
        for (place, line) in head(of: document).enumerated() {
            let score = score(line, isFirst: place == 0)
            if score > 0, score > best?.score ?? 0 { best = (line, score) }
        }
        return best.flatMap { spelled($0.line) }
    }

    /// A title for texts that are known by their wording because their authors gave them none.
    static func titleByWording(of document: DocumentText) -> String? {
        wordings.find(in: FoldedText(document.bytes)).first.map { knownTitles[$0] }
    }

    private static let knownTitles = ["BSD License", "MIT License", "ISC License"]
    private static let wordings = PhraseIndex([
        "redistribution and use in source and binary forms",
        "permission is hereby granted free of charge to any person obtaining a copy",
        "permission to use copy modify and or distribute this software for any purpose",
    ])

    static func version(of document: DocumentText) -> String? {
        let lines = head(of: document)
        for line in lines {
            if let version = versionAfterWord(line.bytes) { return version }
        }
        return lines.lazy.compactMap { dottedNumber($0) }.first
    }

    /// The first visible lines, as far as the running text.
    private static func head(of document: DocumentText) -> [Line] {
        var head: [Line] = []
        for line in document.lines where !line.isBlank && !line.isRule {
            if head.count == headLimit || isProse(line) { break }
            if !line.isNotice { head.append(line) }
        }
        return head
    }

    private static func isProse(_ line: Line) -> Bool {
        line.bytes.count > 100 || (line.wordCount > 7 && !line.isTitleCase && !line.isNotice)
    }

    private static func score(_ line: Line, isFirst: Bool) -> Int {
        if line.hasPrefix("version") || line.hasPrefix("v.") || line.hasPrefix("terms and conditions for ") { return 0 }
        if line.hasPrefix("# ") { return 8 }
        guard line.isTitleCase, line.bytes.last != UInt8(ascii: ".") else { return 0 }
        var score = isFirst ? 1 : 0
        if line.wordCount <= 8, !typeWords.find(in: FoldedText(line.bytes)).isEmpty { score += 4 }
        if dottedNumber(line) != nil, !line.withoutMarker.hadMarker { score += 2 }
        return score
    }

    /// The line without Markdown signs, quotes, an article before quotes, and a version at its end; words in capitals
    /// become words with a capital.
    private static func spelled(_ line: Line) -> String? {
        var bytes = line.bytes.drop { $0 == UInt8(ascii: "#") || $0.isSpace }
        if let range = versionRange(bytes) { bytes = bytes[..<range.lowerBound] }
        let isCapitals = line.isCapitals
        var words = bytes.split(whereSeparator: \.isSpace).map { word in
            Self.spelled(word.filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "*") }, isCapitals: isCapitals)
        }
        let isQuoted = line.bytes.contains(UInt8(ascii: "\""))
        if isQuoted, words.first?.lowercased() == "the" { words.removeFirst() }
        while let last = words.last, last.utf8.allSatisfy({ !$0.isWordByte }) { words.removeLast() }
        var title = words.joined(separator: " ")
        while let last = title.utf8.last, ",:;-".utf8.contains(last) { title.removeLast() }
        return title.isEmpty ? nil : title
    }

    private static let keptCapitals: Set<String> = ["GNU", "BSD", "MIT", "ISC", "CC0", "II", "III", "IV"]
    private static let smallWords: Set<String> = ["and", "of", "the", "for", "to", "in", "on", "by", "with", "or", "a"]

    private static func spelled(_ word: some Collection<UInt8>, isCapitals: Bool) -> String {
        let text = String(decoding: word, as: UTF8.self)
        if !isCapitals || keptCapitals.contains(text) { return text }
        let small = text.lowercased()
        return smallWords.contains(small) ? small : small.prefix(1).uppercased() + small.dropFirst()
    }

    // MARK: Versions

    private static func versionAfterWord(_ bytes: ArraySlice<UInt8>) -> String? {
        versionRange(bytes).map { range in
            let number = bytes[range].drop { !$0.isDigit }.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
            return trimmed(number)
        }
    }

    /// From the word "version" to the end of the number after it.
    private static func versionRange(_ bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let word = Array("version".utf8)
        var index = bytes.startIndex
        while index + word.count + 1 < bytes.endIndex {
            let isStart = index == bytes.startIndex || !bytes[index - 1].isWordByte
            if isStart, bytes[index..<index + word.count].elementsEqual(word, by: { $0.lowercased == $1 }) {
                var end = index + word.count
                while end < bytes.endIndex, bytes[end].isSpace { end += 1 }
                let number = bytes[end...].prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
                if number.first?.isDigit == true { return index..<number.endIndex }
            }
            index += 1
        }
        return nil
    }

    /// A number with a point in it, as in "CC0 1.0 Universal".
    private static func dottedNumber(_ line: Line) -> String? {
        for word in line.bytes.split(whereSeparator: \.isSpace) {
            let number = word.first?.lowercased == UInt8(ascii: "v") ? word.dropFirst() : word
            guard number.first?.isDigit == true, number.last?.isDigit == true, number.count <= 12 else { continue }
            let isDotted = number.contains(UInt8(ascii: "."))
            if isDotted, number.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }) { return trimmed(number) }
        }
        return nil
    }

    private static func trimmed(_ number: ArraySlice<UInt8>) -> String {
        var number = number
        while number.last == UInt8(ascii: ".") { number.removeLast() }
        return String(decoding: number, as: UTF8.self)
    }
}
