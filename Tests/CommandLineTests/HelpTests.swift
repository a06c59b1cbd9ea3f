import ArgumentParser
import Foundation
import Testing

@testable import ganglion

@Suite("The help of every command")
struct HelpTests {
    private static let commands = Ganglion.configuration.subcommands.flatMap { command in
        command.configuration.subcommands.isEmpty ? [command] : command.configuration.subcommands
    }

    @Test("Commands are grouped, and each says in one line what it does")
    func overview() {
        let help = Ganglion.helpMessage(columns: 100)
        for group in ["WORKFLOW", "ESCALATION", "OPERATION", "SERVICE"] {
            #expect(help.contains("\(group) SUBCOMMANDS:"))
        }
        for command in Ganglion.configuration.subcommands {
            #expect(command.configuration.abstract.hasSuffix("."))
            #expect(help.contains("\n  \(command._commandName) "), "\(command._commandName)")
        }
    }

    @Test("Each command's help has an example of it")
    func examples() {
        #expect(Self.commands.count > 18)
        for command in Self.commands {
            let help = Ganglion.helpMessage(for: command, columns: 100)
            let name = command._commandName
            #expect(
                help.split(separator: "\n").contains {
                    $0.hasPrefix("    ") && $0.contains("ganglion") && $0.contains(name)
                },
                "\(name)")
            #expect(help.split(separator: "\n").allSatisfy { !$0.hasSuffix("\\") }, "\(name)")
        }
    }

    @Test("Each command that asks a service can be told which, and answers in JSON")
    func service() {
        for command in Self.commands where command is any ServiceCommand.Type {
            let help = Ganglion.helpMessage(for: command)
            for option in ["--url", "--profile", "--json"] { #expect(help.contains(option), "\(command._commandName)") }
        }
        #expect(Self.commands.count { $0 is any ServiceCommand.Type } >= 18)
    }

    @Test(
        "What does not go together is refused before anything is asked",
        arguments: [
            ["start", "p.json", "--watch", "--quiet"], ["logs", "wf", "--name", "n"], ["list", "--status", "odd"],
            ["list", "--limit", "0"], ["top", "--every", "1ms"], ["resolve", "esc", "skip", "1", "--reason", "r"],
            ["resolve", "esc", "answer", "--reason", "r"], ["resolve", "esc", "skip"],
            ["doctor", "--redis", "http://h"],
            ["cancel"], ["export", "--limit", "0"],
        ])
    func refused(_ arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try Ganglion.parseAsRoot(arguments) }
        if let error { #expect(Ganglion.exitCode(for: error) == .validationFailure) }
    }

    @Test("docs/cli.md names every command and every exit status")
    func documented() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
        let text = try String(contentsOf: folder.appending(path: "docs/cli.md"), encoding: .utf8)
        for command in Ganglion.configuration.subcommands {
            let name = command._commandName
            #expect(text.contains("`ganglion \(name)") || text.contains("`\(name)`"), "\(name)")
        }
        for kind in CommandError.Kind.allCases {
            #expect(text.contains("| \(kind.rawValue) | `\(kind.name)` |"), "\(kind.name)")
        }
    }

    @Test("Completions are made for each shell, and know statuses")
    func completions() {
        for shell in CompletionShell.allCases {
            #expect(Ganglion.completionScript(for: shell).contains("escalated"), "\(shell.rawValue)")
        }
    }
}
