import Testing

/// Words and calls that say that something is not finished, not safe, or not certain. Each is put together from
/// pieces, or this file would find itself.
@Suite("Words")
struct WordTests {
    @Test("Nothing says that it is unfinished")
    func unfinished() {
        let loud = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]
        let quiet = ["for" + " now", "simpli" + "fied", "place" + "holder"]
        let found = Repository.all.flatMap { file in
            file.violations(in: file.source.lines) { line in
                let word = loud.first { line.holds(word: $0) } ?? quiet.first { line.lowercased().contains($0) }
                return word.map { "says '\($0)'" }
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("No test sleeps: it waits for what it waits for")
    func sleeping() {
        let words = ["sleep" + "(", "usleep" + "(", "nanosleep" + "(", "Task." + "sleep"]
        let found = Repository.tests.flatMap { file in
            file.violations(in: file.source.codeLines) { line in words.first { line.holds(word: $0) } }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("What can trap or race has the reason why it cannot in a comment just above")
    func unsafe() {
        let words = [
            "try" + "!", "as" + "!", "Task" + " {", "Task." + "detached", "@unchecked" + " Sendable",
            "nonisolated" + "(unsafe)",
        ]
        let found = Repository.sources.flatMap { file in
            let lines = file.source.lines
            return file.source.codeLines.enumerated().compactMap { number, code -> String? in
                guard let word = words.first(where: { code.holds(word: $0) }) else { return nil }
                let above = lines[..<number].last { !$0.trimmed.hasPrefix("@") }
                if above?.trimmed.hasPrefix("//") == true { return nil }
                return "\(file.path):\(number + 1): '\(word)' without a reason above"
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("Only the command line prints")
    func printing() {
        let words = ["print" + "(", "debugPrint" + "(", "dump" + "("]
        let found = Repository.sources.filter { $0.target != "ganglion" }.flatMap { file in
            file.violations(in: file.source.codeLines) { line in
                words.first { line.holds(word: $0) && !line.contains("." + $0) }.map { "calls '\($0)'" }
            }
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test("Every file in Sources says what it is for in its first line after the imports")
    func documented() {
        let found = Repository.sources.filter { $0.name != "main.swift" }.compactMap { file -> String? in
            let first = file.source.lines.map(\.trimmed).first { line in
                !line.isEmpty && !line.hasPrefix("#") && LayeringTests.importedModule(line) == nil
            }
            return first?.hasPrefix("/// ") == true ? nil : "\(file.path): begins with '\(first ?? "")'"
        }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test(
        "A word is found where it stands alone",
        arguments: [
            ("// a word.", true), ("word", true), ("(word)", true), ("words", false), ("sword word_", false),
            ("sword word", true),
        ])
    func finding(_ line: String, _ isThere: Bool) { #expect(line.holds(word: "word") == isThere) }
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace))
    }
}
