import Foundation

/// The files that the house rules are about.
struct Repository {
    struct File: Sendable {
        /// From the repository's root: `Sources/JSON/JSONText.swift`.
        let path: String
        let source: SourceText

        /// `JSON` in `Sources/JSON/JSONText.swift`.
        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var name: String { path.split(separator: "/").last.map(String.init) ?? "" }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let sources = files(under: "Sources")
    static let tests = files(under: "Tests")
    static let benchmarks = files(under: "Benchmarks")
    static var all: [File] { sources + tests + benchmarks }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func files(under folder: String) -> [File] {
        let start = root.appending(path: folder)
        let walker = FileManager.default.enumerator(atPath: start.path)
        // What is built stands in folders that begin with a dot.
        let paths = (walker?.compactMap { $0 as? String } ?? [])
            .filter { $0.hasSuffix(".swift") && !"/\($0)".contains("/.") }.sorted()
        return paths.compactMap { path in
            let whole = "\(folder)/\(path)"
            return (try? text(of: whole)).map { File(path: whole, source: SourceText($0)) }
        }.filter { file in
            // A file that only keeps its folder there has nothing to check.
            file.source.codeLines.contains { !$0.allSatisfy(\.isWhitespace) }
        }
    }
}

extension Repository.File {
    /// `path:line: what` for each line of the given ones that `isWrong` names.
    func violations(in lines: [String], _ isWrong: (String) -> String?) -> [String] {
        lines.enumerated().compactMap { number, line in isWrong(line).map { "\(path):\(number + 1): \($0)" } }
    }
}

extension String {
    /// Whether it holds the word, with no letter, digit or `_` right beside its ends.
    func holds(word: String) -> Bool {
        var rest = self[...]
        while let range = rest.range(of: word) {
            let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : " "
            let after = range.upperBound < endIndex ? self[range.upperBound] : " "
            let startsInWord = (before.isLetter || before.isNumber || before == "_") && word.first?.isLetter == true
            let endsInWord = (after.isLetter || after.isNumber || after == "_") && word.last?.isLetter == true
            if !startsInWord && !endsInWord { return true }
            rest = self[range.upperBound...]
        }
        return false
    }
}
