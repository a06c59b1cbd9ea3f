import Foundation
import TestKit

/// README.md, and what it tells its readers to type.
struct Readme {
    /// A command of the tour, and what it is said to put out.
    struct Command: Equatable {
        var text: String
        var promises: [String] = []
    }

    let text: String

    init() throws {
        text = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    }

    init(text: String) {
        self.text = text
    }

    /// The repository's.
    static let folder = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

    /// The commands in the blocks that stand behind a line `<!-- tour -->`.
    func tour() throws -> [Command] {
        var commands: [Command] = []
        for block in blocks(after: "<!-- tour -->") { commands += try Self.commands(in: block) }
        return commands
    }

    /// What is set as code: the lines of blocks, and what stands between backticks in sentences.
    var code: [Substring] {
        let parts = text.components(separatedBy: "```")
        let blocks = parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element)
        let sentences = parts.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        return blocks.flatMap { $0.split(separator: "\n") }
            + sentences.flatMap { $0.matches(of: /`([^`]+)`/).map(\.1) }
    }

    private func blocks(after marker: String) -> [[Substring]] {
        var blocks: [[Substring]] = []
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let place = lines.firstIndex(of: marker[...]) {
            lines = lines[(place + 1)...].drop { !$0.hasPrefix("```") }.dropFirst()
            let block = lines.prefix { !$0.hasPrefix("```") }
            blocks.append(Array(block))
            lines = lines.dropFirst(block.count + 1)
        }
        return blocks
    }

    private static func commands(in lines: [Substring]) throws -> [Command] {
        var commands: [Command] = []
        var open = ""
        for line in lines {
            if open.isEmpty, line.hasPrefix("# ") {
                guard !commands.isEmpty else {
                    throw Unexpected(description: "nothing puts out what is promised by: \(line)")
                }
                commands[commands.count - 1].promises.append(String(line.dropFirst(2)))
                continue
            }
            open += open.isEmpty ? line : "\n\(line)"
            if isWhole(open) {
                commands.append(Command(text: open))
                open = ""
            }
        }
        guard open.isEmpty else { throw Unexpected(description: "a quote is not closed: \(open)") }
        return commands
    }

    /// Whether every quote is closed (POSIX, Shell Command Language, 2.2).
    private static func isWhole(_ command: String) -> Bool {
        var quote: Character?
        for character in command where character == "'" || character == "\"" {
            if quote == nil {
                quote = character
            } else if quote == character {
                quote = nil
            }
        }
        return quote == nil
    }
}
