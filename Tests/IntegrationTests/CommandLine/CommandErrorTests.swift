import Foundation
import GanglionClient
import TestKit
import Testing

/// What people see when a command cannot do what it was asked, and what scripts can tell apart.
@Suite("Commands that fail", .timeLimit(.minutes(1)))
struct CommandErrorTests {
    @Test(
        "A service that is not there is told of by every command that asks it",
        arguments: [
            ["status", "wf_0_00000000000000000000000000"], ["watch", "wf_0_00000000000000000000000000"], ["list"],
            ["why", "wf_0_00000000000000000000000000"], ["history", "wf_0_00000000000000000000000000"], ["logs"],
            ["cancel", "wf_0_00000000000000000000000000"], ["retry", "wf_0_00000000000000000000000000"],
            ["export"], ["escalations"], ["resolve", "x", "skip", "--reason", "y"], ["agents"], ["task-types"],
            ["nodes"], ["top", "--once"], ["notify", "test", "x"],
        ])
    func unreachable(_ arguments: [String]) async throws {
        let run = try await CommandRun.of(arguments, at: "http://127.0.0.1:1")
        #expect(run.status == 2)
        #expect(run.lines.first?.hasPrefix("Error: No service at http://127.0.0.1:1 (GANGLION_URL): ") == true)
        #expect(run.lines.count == 2 && run.lines[1].contains("'ganglion serve'"))
    }

    @Test("The doctor says so too, and looks at the rest")
    func doctor() async throws {
        let run = try await CommandRun.of(["doctor", "--redis", "redis://127.0.0.1:1"], at: "http://127.0.0.1:1")
        #expect(run.status == 6)
        #expect(run.lines.count { $0.hasPrefix("✗ connection  ") } == 2, "\(run.text)")
        #expect(run.lines.contains { $0.contains("descriptors") })
    }

    @Test("Ids that are unknown, or the beginning of several, are told apart from other errors")
    func ids() async throws {
        try await CommandBench.with { bench in
            let plan = try bench.plan(#"{"name": "alone", "steps": [{"id": "s", "task_type": "nobody"}]}"#)
            var ids: [String] = []
            // So many begin alike: of 33 that begin with one of 32 characters, at least two do.
            for _ in 0..<33 { ids.append(try await bench.client.start(JSONDocument(parsing: try text(of: plan))).id) }
            let unknown = try await bench.run("status", "wf_0_00000000000000000000000000")
            #expect(unknown.status == 3 && unknown.lines[0].contains("Unknown workflow (404)"))
            let short = try await bench.run("status", "nothing")
            #expect(short.status == 3 && short.lines[0].contains("begins with 'nothing'"))
            let alike = Dictionary(grouping: ids) { String($0.prefix(6)) }.first { $0.value.count > 1 }
            let group = try #require(alike)
            let ambiguous = try await bench.run("cancel", group.key)
            #expect(ambiguous.status == 3)
            #expect(
                ambiguous.lines[0] == "Error: '\(group.key)' is the beginning of \(group.value.count) ids:")
            for id in group.value.prefix(8) { #expect(ambiguous.text.contains("  \(id)  alone")) }
            let json = try await bench.run("status", "nothing", "--json").documents
            #expect(json[0]["error"]["kind"].string == "unknown")
        }
    }

    private func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("What is wrong with a plan is shown with its pointer and the line that has to be changed")
    func plans() async throws {
        try await CommandBench.with { bench in
            let plan = try bench.plan(
                """
                {"name": "review",
                 "steps": [
                   {"id": "extract", "task_type": "read"},
                   {"id": "join", "task_type": "join", "after": ["extrct"], "timeout": "30 s"}]}
                """)
            let run = try await bench.run("start", plan)
            #expect(run.status == 4)
            #expect(run.lines[0] == "Error: \(plan) is not accepted: The body has 2 problems.")
            #expect(run.lines.contains("\(plan):4:50: /steps/1/after/0"))
            #expect(
                run.text.contains(
                    """
                      4 │    {"id": "join", "task_type": "join", "after": ["extrct"], "timeout": "30 s"}]}
                        │                                                  ^^^^^^^^
                      no step is called 'extrct'; did you mean 'extract'?
                    """), "\(run.text)")
            let checked = try await bench.run("start", plan, "--check", "--json").documents
            #expect(checked[0]["error"]["kind"].string == "bad_plan")
            #expect(checked[0]["error"]["problem"]["errors"].elements.count == 2)
            let broken = try await bench.run("start", try bench.plan("{\"name\": \n oops}"))
            #expect(broken.status == 4 && broken.lines[0].contains(":2:2 is not JSON: "))
            #expect(try await bench.run("start", "/nowhere/at/all").status == 4)
            #expect(try await bench.run("list").lines == ["There are none."])
        }
    }

    @Test("Profiles say where the service is, and a file that is wrong is told with its line")
    func profiles() async throws {
        try await CommandBench.with { bench in
            let path = bench.folder.file("profiles.yaml")
            try "default: here\nprofiles:\n  here: \(bench.service.url)\n".write(
                toFile: path, atomically: true, encoding: .utf8)
            let found = try await CommandRun.of(["list"], environment: ["GANGLION_PROFILES": path])
            #expect(found.status == 0 && found.lines == ["There are none."])
            let other = try await CommandRun.of(
                ["list", "--profile", "there"], environment: ["GANGLION_PROFILES": path])
            #expect(other.status == 1)
            #expect(other.lines == ["Error: --profile: \(path) has no profile 'there'; did you mean 'here'?"])
        }
    }
}
