/// Finds dates as they are written in English documents: `29 June 2007`, `June 29, 2007`, `January 2004`, `2007-06-29`.
enum DateFinder {
    private static let limit = 100
    private static let months: [String: String] = {
        let names = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        var months: [String: String] = ["sept": "September"]
        for name in names {
            months[name.lowercased()] = name
            months[name.prefix(3).lowercased()] = name
        }
        return months
    }()

    static func dates(in document: DocumentText) -> [String] {
        let words = document.bytes.split(whereSeparator: \.isSpace)
        var dates: [String] = []
        var seen: Set<String> = []
        for index in words.indices where dates.count < limit {
            if let date = date(at: index, words), seen.insert(date).inserted { dates.append(date) }
        }
        return dates
    }

    private static func date(at index: Int, _ words: [ArraySlice<UInt8>]) -> String? {
        let word = bare(words[index])
        guard let first = word.first else { return nil }
        if first.isDigit { return calendarDate(word) }
        guard first.isUppercase, word.count >= 3, word.count <= 9,
            let month = months[String(decoding: word, as: UTF8.self).lowercased()]
        else { return nil }
        if let year = year(index + 1, words) {
            // "Version 1, February 1989": behind a comma a number is no day.
            let day = index > 0 && words[index - 1].last != UInt8(ascii: ",") ? day(words[index - 1]) : nil
            return day.map { "\($0) \(month) \(year)" } ?? "\(month) \(year)"
        }
        guard index + 1 < words.count, let day = day(words[index + 1]) else { return nil }
        return year(index + 2, words).map { "\(month) \(day), \($0)" }
    }

    /// The word without the punctuation around it.
    private static func bare(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var word = word
        while let last = word.last, !last.isWordByte { word.removeLast() }
        while let first = word.first, !first.isWordByte { word.removeFirst() }
        return word
    }

    /// `2007-06-29`.
    private static func calendarDate(_ word: ArraySlice<UInt8>) -> String? {
        guard word.count == 10 else { return nil }
        let parts = word.split(separator: UInt8(ascii: "-")).map { String(decoding: $0, as: UTF8.self) }
        guard parts.map(\.utf8.count) == [4, 2, 2], let year = Int(parts[0]), let month = Int(parts[1]) else {
            return nil
        }
        guard let day = Int(parts[2]), (1800...2199).contains(year), (1...12).contains(month) else { return nil }
        return (1...31).contains(day) ? parts.joined(separator: "-") : nil
    }

    private static func day(_ word: ArraySlice<UInt8>) -> Int? {
        var digits = bare(word)
        for ending in ["st", "nd", "rd", "th"] where digits.count > 2 && digits.suffix(2).elementsEqual(ending.utf8) {
            digits = digits.dropLast(2)
        }
        guard digits.count <= 2, let day = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        return (1...31).contains(day) ? day : nil
    }

    private static func year(_ index: Int, _ words: [ArraySlice<UInt8>]) -> Int? {
        guard index < words.count, case let word = bare(words[index]), word.count == 4 else { return nil }
        guard let year = Int(String(decoding: word, as: UTF8.self)) else { return nil }
        return (1800...2199).contains(year) ? year : nil
    }
}
