import Foundation
import GanglionClient
import TestKit
import Testing

/// What people type to start, see and change workflows.
@Suite("Commands about workflows", .timeLimit(.minutes(2)))
struct WorkflowCommandTests {
    @Test("A workflow is started, waited for, watched, shown and exported")
    func review() async throws {
        try await CommandBench.with { bench in
            let plan = try bench.plan(CommandBench.review)
            let checked = try await bench.run("start", plan, "--check")
            #expect(checked.status == 0 && checked.text.contains("is in order: 4 steps, for join, read"))

            let waited = try await bench.run("start", plan, "-i", "text=lease", "--wait")
            #expect(waited.status == 0 && waited.lines == [#""lease""#])
            let quiet = try await bench.run("start", plan, "-i", "text:=[7]", "--label", "customer=acme", "--quiet")
            let id = try #require(quiet.lines.first)
            #expect(quiet.lines.count == 1 && id.hasPrefix("wf_"))
            let again = try await bench.run("start", plan, "--key", "k1", "--json")
            let same = try await bench.run("start", plan, "--key", "k1", "--json")
            #expect(try again.documents[0]["id"].string == same.documents[0]["id"].string)

            let watched = try await bench.run("watch", id)
            #expect(watched.status == 0)
            #expect(watched.lines.contains { $0.hasSuffix("workflow  completed") })
            #expect(watched.lines.contains { $0.contains("read  taken by reader-1") })
            #expect(
                watched.lines.suffix(4).map { String($0.prefix(11)) } == [
                    "✓    read  ", "├─✓  left  ", "✓ │  right ", "✓─┘  join  ",
                ])
            let events = try await bench.run("watch", id, "--json").documents
            #expect(events.first?["type"].string == "workflow_started")
            #expect(events.last?["status"].string == "completed")

            let status = try await bench.run("status", id)
            #expect(status.lines[0].hasPrefix("review  \(id)  completed  4 of 4 steps"))
            #expect(status.lines.last == "output  [7]")
            // The beginning is enough, with and without what all ids have.
            let short = String(id.prefix(16))
            let json = try await bench.run("status", short, "--json").documents
            #expect(json.count == 1 && json[0]["id"].string == id && json[0]["output"].document == [7])
            #expect(try await bench.run("status", String(short.dropFirst(5))).status == 0)

            let history = try await bench.run("history", id)
            #expect(history.lines.last?.hasSuffix("completed") == true)
            let types = try await bench.run("history", id, "--json").documents.map { $0["type"].string }
            #expect(types.first == "workflow_started" && types.last == "workflow_completed")
            let logs = try await bench.run("logs", id)
            #expect(logs.status == 0 && logs.lines.count == types.count)

            let list = try await bench.run("list", "--label", "customer=acme")
            #expect(list.lines.count == 3 && list.lines[2].hasPrefix(id) && list.lines[2].hasSuffix("customer=acme"))
            let ids = try await bench.run("list", "--status", "completed", "--limit", "2", "--quiet")
            #expect(ids.lines.count == 2)
            let export = bench.folder.file("export.jsonl")
            let exported = try await bench.run("export", "--label", "customer=acme", "--output", export)
            #expect(exported.lines == ["exported 1 workflows"])
            let line = try JSONDocument(parsing: String(contentsOfFile: export, encoding: .utf8))
            #expect(line["workflow"]["id"].string == id && line["input"].document == #"{"text":[7]}"#.document)
            #expect(line["plan"]["steps"].elements.count == 4 && line["history"].elements.count == types.count)
            #expect(try await bench.run("export", "--limit", "2").documents.count == 2)
        }
    }

    @Test("A workflow that waits is explained, cancelled and tried again, and its end is in the status")
    func changes() async throws {
        try await CommandBench.with { bench in
            let plan = try bench.plan(#"{"name": "alone", "steps": [{"id": "s", "task_type": "nobody"}]}"#)
            let id = try #require(try await bench.run("start", plan, "--quiet").lines.first)
            let why = try await bench.run("why", id)
            #expect(why.lines.contains { $0.contains("No agent that takes tasks is capable of 'nobody'") })
            let reasons = try await bench.run("why", id, "--json").documents
            #expect(reasons[0]["steps"][0]["reason"].string == "no_capable_agent")
            #expect(try await bench.run("status", id).lines.last?.hasPrefix("◌  s  queued") == true)

            let other = try #require(try await bench.run("start", plan, "--quiet").lines.first)
            let cancelled = try await bench.run("cancel", id, other, "--reason", "a test")
            #expect(cancelled.status == 0 && cancelled.lines == ["\(id)  cancelled", "\(other)  cancelled"])
            let event = try #require(try await bench.run("history", id, "--json").documents.last)
            #expect(event["by"].string == "tester" && event["reason"].string == "a test")
            let ended = try await bench.run("watch", id)
            #expect(ended.status == 5 && ended.lines.last == "Error: \(id) is cancelled")

            let twice = try await bench.run("cancel", id, "wf_nothing")
            #expect(twice.status == 3, "each is tried, and the last failure counts")
            #expect(twice.lines.contains { $0.hasPrefix("\(id): Workflow ended (409)") })
            let retried = try await bench.run("retry", id, "--json").documents
            #expect(retried[0]["status"].string == "running")
            let open = try await bench.run("retry", id)
            #expect(open.status == 1 && open.lines[0].contains("(409)"))
        }
    }

    @Test("All workflows are followed from now on, those that are wanted, until Ctrl-C")
    func logs() async throws {
        try await CommandBench.with { bench in
            let (process, output) = try ProcessOutput.run(
                GanglionBinary.path, ["logs", "--name", "wanted", "--type", "step_completed", "--json"],
                environment: ["GANGLION_URL": bench.service.url])
            // It hears of what happens once it is there: so one after the other is started until it has.
            let line = try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        for name in ["unwanted", "wanted"] {
                            let plan = #"{"name": "\#(name)", "steps": [{"id": "read", "task_type": "read"}]}"#
                            _ = try await bench.client.start(plan, wait: .seconds(10))
                        }
                    }
                }
                defer { group.cancelAll() }
                return try #require(try await output.lines.wait { !$0.isEmpty }.first)
            }
            let event = try JSONDocument(parsing: line)
            #expect(event["workflow_name"].string == "wanted" && event["type"].string == "step_completed")
            process.send(signal: SIGINT)
            #expect(await process.waitForEnd() == 130)
            #expect(output.lines.events.allSatisfy { $0.contains(#""workflow_name":"wanted""#) })
        }
    }
}

extension String {
    fileprivate var document: JSONDocument? { try? JSONDocument(parsing: self) }
}
