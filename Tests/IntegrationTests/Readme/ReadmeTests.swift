import Foundation
import GanglionClient
import TestKit
import Testing

/// Whoever types what the README says sees what it says.
@Suite("README", .timeLimit(.minutes(1)))
struct ReadmeTests {
    @Test("Every command of the tour puts out what stands behind it")
    func tour() async throws {
        let commands = try Readme().tour()
        #expect(commands.count > 10)
        try await withTemporaryFolder { folder in
            try await withTemporaryFolder { data in
                try await withService(["--data", data.path]) { service in
                    // A reader takes longer to get to the next terminal than a node to start.
                    _ = try await GanglionClient(service.url).workflows()
                    // In one shell, so that variables last; its output goes to a file for each command.
                    var script = "set -o pipefail\n"
                    for (number, command) in commands.enumerated() {
                        let text = command.text
                            .replacingOccurrences(of: "localhost:8080", with: service.address)
                            .replacingOccurrences(of: "/tmp/", with: folder.file(""))
                        script += "{\n\(text)\n} > \(folder.file("\(number)")) 2>&1; echo $?\n"
                    }
                    let (shell, output) = try ProcessOutput.run("/usr/bin/timeout", ["30", "/bin/bash", "-c", script])
                    #expect(await shell.waitForEnd() == 0)
                    try await output.end.wait()
                    let statuses = output.lines.events
                    try #require(statuses.count == commands.count)
                    for (number, command) in commands.enumerated() {
                        let shown = try String(contentsOfFile: folder.file("\(number)"), encoding: .utf8)
                        #expect(statuses[number] == "0", "\(command.text)\n\(shown)")
                        for promise in command.promises {
                            #expect(shown.contains(promise), "\(command.text)\n\(shown)")
                        }
                    }
                }
            }
        }
    }

    @Test("Every command and option that is named exists")
    func commands() async throws {
        let code = try Readme().code
        let deploy = Set(code.compactMap { $0.prefixMatch(of: #/deploy/\w+/#)?.output })
        #expect(deploy == ["deploy/run", "deploy/test", "deploy/chaos"])
        for script in deploy {
            #expect(FileManager.default.isExecutableFile(atPath: Readme.folder.appending(path: script).path))
        }

        let named = code.compactMap { $0.firstMatch(of: #/(?:^|/)ganglion ([\w-]+)/#)?.1 }
        let subcommands = Set(named.filter { !$0.hasPrefix("-") })
        #expect(subcommands.isSuperset(of: ["serve", "bench", "start", "doctor"]))
        var helps = try await help()
        for name in subcommands.union(["demo"]) { helps += try await help(String(name)) }
        // In sentences options stand by themselves; in commands behind the program that has them.
        let options = Set(code.compactMap { $0.firstMatch(of: #/^(?:deploy/run |ganglion \w+ )?(--[\w-]+)/#)?.1 })
        #expect(options.isSuperset(of: ["--once", "--durability", "--insecure"]))
        for option in options { #expect(helps.contains(option), "\(option) is no option") }
    }

    private func help(_ subcommand: String...) async throws -> String {
        let (process, output) = try ProcessOutput.run(GanglionBinary.path, subcommand + ["--help"])
        #expect(await process.waitForEnd() == 0, "\(subcommand)")
        try await output.end.wait()
        return output.lines.events.joined(separator: "\n")
    }

    @Test("A tour is read as whole commands, each with what it promises")
    func reading() throws {
        let readme = Readme(
            text: """
                <!-- tour -->
                ```sh
                curl '{
                  "a": 1}' b
                # one
                # two
                c=$(d "e")
                ```
                ```sh
                not this
                ```
                """)
        #expect(
            try readme.tour() == [
                .init(text: "curl '{\n  \"a\": 1}' b", promises: ["one", "two"]), .init(text: "c=$(d \"e\")"),
            ])
        #expect(throws: Unexpected.self) {
            try Readme(text: "<!-- tour -->\n```\necho 'a\n```").tour()
        }
    }
}
