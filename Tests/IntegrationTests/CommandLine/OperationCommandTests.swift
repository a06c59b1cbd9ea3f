import Foundation
import GanglionClient
import RedisStreams
import TestKit
import Testing

/// What people type to look after a service and to decide what they are asked.
@Suite("Commands about the service", .timeLimit(.minutes(2)))
struct OperationCommandTests {
    @Test("Escalations are listed, shown with all that is needed, and resolved")
    func escalations() async throws {
        try await CommandBench.with { bench in
            #expect(try await bench.run("escalations").lines == ["Nobody is asked anything."])
            let plan = try bench.plan(
                #"{"name": "r", "steps": [{"id": "read", "task_type": "read", "payload": "${input.text}"}]}"#)
            let id = try #require(try await bench.run("start", plan, "-i", "text=fail", "--quiet").lines.first)
            let escalation = try await escalation(of: id, bench)
            let list = try await bench.run("escalations", "--workflow", id)
            #expect(list.lines.last?.hasPrefix(escalation) == true)
            #expect(list.lines.last?.contains("torn: The page is torn.") == true)
            let page = try await bench.run("escalations", escalation)
            #expect(page.lines.contains(#"payload    "fail""#))
            #expect(page.lines.contains { $0.hasPrefix("attempt 1") && $0.hasSuffix("torn: The page is torn.") })
            #expect(page.lines.contains("  ganglion resolve \(escalation) skip --reason '…'"))

            let resolved = try await bench.run(
                "resolve", escalation, "complete", #"{"kind": "lease"}"#, "--reason", "read it myself")
            #expect(resolved.status == 0)
            #expect(resolved.lines.contains("resolved   with complete by tester: read it myself"))
            let output = try await bench.run("status", id, "--json").documents[0]["output"]
            #expect(output["read"]["kind"].string == "lease")
            let late = try await bench.run("resolve", escalation, "skip", "--reason", "too late")
            #expect(late.status == 1 && late.lines[0].contains("(409)"))
            let done = try await bench.run("escalations", "--resolved", "--json").documents
            #expect(done.map { $0["id"].string } == [escalation])

            let asking = try #require(try await bench.run("start", plan, "-i", "text=ask", "--quiet").lines.first)
            let question = try await self.escalation(of: asking, bench)
            let asked = try await bench.run("escalations", question)
            #expect(asked.lines.contains("question   Which page?"))
            #expect(asked.lines.contains("  ganglion resolve \(question) answer '1' --reason '…'"))
            #expect(try await bench.run("resolve", question, "answer", "3", "--reason", "x").status == 1)
            #expect(try await bench.run("resolve", question, "fail", "--reason", "x", "--by", "ops").status == 0)
            let end = try await bench.run("watch", asking)
            #expect(end.status == 5 && end.lines.last?.contains("is failed: ") == true)
        }
    }

    private func escalation(of workflow: String, _ bench: CommandBench) async throws -> String {
        var found: String?
        try await eventually {
            found = try await bench.client.escalations(workflowID: workflow).items.first?.id
            return found != nil
        }
        return try #require(found)
    }

    @Test("Agents, task types, nodes and everything at a glance")
    func operation() async throws {
        try await CommandBench.with { bench in
            try await eventually { try await !bench.client.agents().items.isEmpty }
            let agents = try await bench.run("agents")
            #expect(agents.lines.last?.contains("  reader-1  alive     0/4 ") == true, "\(agents.text)")
            let named = try await bench.run("agents", "reader-1", "--json").documents
            #expect(named[0]["slots"].integer == 4)
            let plan = try bench.plan(#"{"name": "alone", "steps": [{"id": "s", "task_type": "nobody"}]}"#)
            _ = try await bench.run("start", plan)
            let types = try await bench.run("task-types")
            #expect(types.lines.contains { $0.hasPrefix("nobody           1 ") }, "\(types.text)")
            #expect(try await bench.run("task-types", "nobody", "--json").documents[0]["waiting"].integer == 1)
            let nodes = try await bench.run("nodes")
            #expect(nodes.lines.count == 3 && nodes.lines[2].contains("  alive   "))
            #expect(try await bench.run("nodes", "--json").documents[0]["status"].string == "alive")
            let top = try await bench.run("top", "--once")
            #expect(top.lines[0].hasPrefix("Ganglion  \(bench.service.url)  "))
            #expect(top.lines[1] == "workflows   1 running" && top.lines[2] == "1 node  1 agent  0/4 slots")
            #expect(try await bench.run("top", "--json").documents[0]["workflows"]["running"].integer == 1)
        }
    }

    @Test("The doctor finds what is wrong with a service and its Redis, and says what to do")
    func doctor() async throws {
        try await CommandBench.with { bench in
            let healthy = try await bench.run("doctor", "--redis", bench.redis)
            #expect(healthy.status == 0, "\(healthy.text)")
            #expect(healthy.lines.contains("✓ persistence  an append-only file"))
            #expect(healthy.lines.contains { $0.hasPrefix("✓ eviction  noeviction") })
            #expect(healthy.lines.contains("· nodes  one: while it is gone nothing goes on"))

            let endpoint = try #require(RedisEndpoint(bench.redis))
            try await withRedisClient(endpoint) { redis in
                try await redis.send(.read("CONFIG", "SET", "appendonly", "no"))
            }
            let plan = try bench.plan(#"{"name": "alone", "steps": [{"id": "s", "task_type": "nobody"}]}"#)
            _ = try await bench.run("start", plan)
            let ill = try await bench.run("doctor", "--redis", bench.redis, "--json")
            #expect(ill.status == 6)
            let findings = try ill.documents[0].root.elements
            let errors = findings.map { $0["finding"] }.filter { $0["severity"].string == "error" }
            #expect(Set(errors.map { $0["subject"].string }) == ["nobody", "persistence"])
            #expect(errors.allSatisfy { $0["cure"].string?.isEmpty == false })
        }
    }
}
