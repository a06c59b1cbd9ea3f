import GanglionClient
import Glibc
import TestKit
import Testing

/// What moves in a terminal, and what is left there.
@Suite("Live screens", .timeLimit(.minutes(1)))
struct LiveScreenTests {
    @Test("Watching in a terminal leaves the log, the last picture and the cursor")
    func watch() async throws {
        try await CommandBench.with { bench in
            let plan = try bench.plan(CommandBench.review)
            let terminal = try terminal(["start", plan, "-i", "text=lease", "--watch"], bench)
            let (status, text) = try await terminal.waitForEnd()
            #expect(status == 0)
            let screen = Screen()
            #expect(screen.write(text), "\(text.debugDescription)")
            #expect(!screen.isCursorHidden)
            #expect(
                screen.text.suffix(4).map { String($0.prefix(22)) } == [
                    "✓    read   completed ", "├─✓  left   completed ", "✓ │  right  completed ",
                    "✓─┘  join   completed ",
                ])
            #expect(screen.text.dropLast(5).last?.hasPrefix("review  wf_") == true)
            #expect(screen.text.count { $0.hasSuffix("  workflow  started") } == 1)
            #expect(screen.text.count { $0.hasSuffix("  workflow  completed") } == 1)
            #expect(text.contains("\u{1B}[32m"))
        }
    }

    @Test("Ctrl-C ends the watching and gives the cursor back; the workflow goes on")
    func interrupted() async throws {
        try await CommandBench.with { bench in
            let plan = try bench.plan(#"{"name": "alone", "steps": [{"id": "s", "task_type": "nobody"}]}"#)
            let id = try #require(try await bench.run("start", plan, "--quiet").lines.first)
            let terminal = try terminal(["watch", id], bench)
            try await terminal.wait { $0.contains("queued") }
            terminal.process.send(signal: SIGINT)
            let (status, text) = try await terminal.waitForEnd()
            #expect(status == 130)
            let screen = Screen()
            #expect(screen.write(text) && !screen.isCursorHidden)
            #expect(try await bench.client.workflow(id).status == .running)
        }
    }

    @Test("The overview has a screen of its own, which is gone afterwards")
    func top() async throws {
        try await CommandBench.with { bench in
            let terminal = try terminal(["top", "--every", "200ms"], bench)
            try await terminal.wait { $0.contains("ended a second") }
            terminal.process.send(signal: SIGINT)
            let (status, text) = try await terminal.waitForEnd()
            #expect(status == 130)
            #expect(text.hasPrefix("\u{1B}[?1049h") && text.contains("\u{1B}[?1049l\u{1B}[?25h"))
        }
    }

    @Test("NO_COLOR takes the colours away, and a pipe all that a terminal would need")
    func plain() async throws {
        try await CommandBench.with { bench in
            let (_, text) = try await terminal(["nodes"], bench, ["NO_COLOR": "1"]).waitForEnd()
            #expect(text.contains("alive") && !text.contains("m\u{1B}[") && !text.contains("[32m"))
            let (_, coloured) = try await terminal(["nodes"], bench).waitForEnd()
            #expect(coloured.contains("\u{1B}[32malive"))
            #expect(!(try await bench.run("nodes").text.contains("\u{1B}")))
        }
    }

    private func terminal(
        _ arguments: [String], _ bench: CommandBench, _ environment: [String: String] = [:]
    ) throws -> PseudoTerminal {
        let variables = ["GANGLION_URL": bench.service.url, "TERM": "xterm-256color", "NO_COLOR": ""].merging(
            environment
        ) { $1 }
        return try PseudoTerminal(GanglionBinary.path, arguments, columns: 100, rows: 30, environment: variables)
    }
}
