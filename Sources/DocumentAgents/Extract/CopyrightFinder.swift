/// Finds who holds the copyright, in lines such as `Copyright (C) 1989, 1991 Free Software Foundation, Inc.`
enum CopyrightFinder {
    private static let word = Array("copyright".utf8)
    private static let signs = ["(c)", "©"].map { Array($0.utf8) }
    /// What examples of how to apply a licence say in the place of a name.
    private static let stand = PhraseIndex(["year", "name of", "your name", "yyyy", "19yy", "19xx", "owner", "author"])

    static func holders(in document: DocumentText) -> [String] {
        var holders: [String] = []
        for line in document.lines {
            guard let holder = holder(line.bytes), holders.count < 50, !holders.contains(holder) else { continue }
            holders.append(holder)
        }
        return holders
    }

    private static func holder(_ line: ArraySlice<UInt8>) -> String? {
        guard var rest = afterMark(line) else { return nil }
        rest = rest.drop { $0.isDigit || $0.isSpace || ",-".utf8.contains($0) }
        // An en dash in a span of years, which its first byte would otherwise make a letter.
        if rest.starts(with: "–".utf8) {
            rest = rest.dropFirst(3).drop { $0.isDigit || $0.isSpace || $0 == UInt8(ascii: ",") }
        }
        if rest.prefix(3).elementsEqual("by ".utf8) { rest = rest.dropFirst(3) }
        // "19yy" stands for a year in an example.
        guard let first = rest.first, first.isLetter, !line[rest.startIndex - 1].isDigit else { return nil }
        if let end = rest.firstIndex(where: { "<([_".utf8.contains($0) }) { rest = rest[..<end] }
        var name = String(decoding: Line(trimming: rest).bytes, as: UTF8.self)
        for tail in [" All rights reserved.", ". All Rights Reserved.", " all rights reserved."] {
            if name.hasSuffix(tail) { name.removeLast(tail.count) }
        }
        while let last = name.utf8.last,
            ",;:".utf8.contains(last) || (last == UInt8(ascii: ".") && !isAbbreviated(name))
        {
            name.removeLast()
        }
        let isExample = !stand.find(in: FoldedText(name.utf8)).isEmpty
        return name.isEmpty || isExample || name.utf8.count > 120 ? nil : name
    }

    private static func isAbbreviated(_ name: String) -> Bool {
        ["Inc.", "Ltd.", "Corp.", "Co.", "e.V.", "S.A.", "Jr.", "Sr."].contains { name.hasSuffix($0) }
    }

    /// What stands behind "Copyright (c)", "©" or "Copyright 2024".
    private static func afterMark(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard line.count > word.count else { return nil }
        for index in line.indices.dropLast(2) {
            let rest = line[index...]
            if let sign = signs[1...].first(where: { rest.starts(with: $0) }) { return rest.dropFirst(sign.count) }
            guard line[index].lowercased == word[0],
                rest.prefix(word.count).elementsEqual(word, by: { $0.lowercased == $1 })
            else { continue }
            let behind = rest.dropFirst(word.count).drop(while: \.isSpace)
            for sign in signs where behind.prefix(sign.count).elementsEqual(sign, by: { $0.lowercased == $1 }) {
                return behind.dropFirst(sign.count)
            }
            if behind.count > 4, behind.prefix(4).allSatisfy(\.isDigit) { return behind }
        }
        return nil
    }
}
