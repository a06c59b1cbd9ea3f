import GanglionClient
import RedisStreams
import TestKit
import Testing

/// Workers with long tasks, at a service as it is.
@Suite("Long work at a service", .timeLimit(.minutes(1)))
struct LongWorkTests {
    @Test("A handler hears notes, and the next attempt goes on from what the last one made")
    func notes() async throws {
        try await withRedisServer { redis in
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                let client = try GanglionClient(service.url)
                let worker = AgentWorker(client, name: "reader", capabilities: ["read"], logger: .quiet) { task in
                    guard let partial = task.partial else {
                        try await task.progress(partial: ["pages": 2], fingerprint: "page 2", toolCall: "read(2)")
                        throw TaskError(code: "tired", message: "no more today")
                    }
                    var notes: [JSONDocument] = []
                    for await note in task.guidance {
                        notes.append(.string("\(note.by): \(note.text)"))
                        if notes.count == 2 { break }
                    }
                    return ["partial": partial, "notes": .array(notes)]
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await worker.run() }
                    let plan = """
                        {"name": "long", "steps": [{"id": "read", "task_type": "read", "heartbeat_timeout": "30s",
                         "retry": {"initial_backoff": "0ms"}}]}
                        """
                    let id = try await client.start(plan).id
                    var task: String?
                    try await eventually {
                        let step = try await client.workflow(id)[step: "read"]
                        task = step?.attempts == 2 && step?.status == .running ? step?.taskID : nil
                        return task != nil
                    }
                    for text in ["look at the appendix", "and hurry"] {
                        try await client.guide(try #require(task), text: text, by: "maria")
                    }
                    let step = try await client.waitForEnd(of: id, atMost: .seconds(30))[step: "read"]
                    #expect(step?.attempts == 2)
                    #expect(
                        step?.result
                            == [
                                "partial": ["pages": 2],
                                "notes": ["maria: look at the appendix", "maria: and hurry"],
                            ])
                    group.cancelAll()
                }
            }
        }
    }

    @Test("A worker that an operator drains does what it has, leaves, and its run ends")
    func drain() async throws {
        try await withRedisServer { redis in
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                let client = try GanglionClient(service.url)
                let goOn = Signal()
                let worker = AgentWorker(client, name: "leaver", capabilities: ["read"], slots: 2, logger: .quiet) {
                    _ in
                    try await goOn.wait()
                    return "done"
                }
                async let run: Void = worker.run()
                let id = try await client.start(#"{"name": "t", "steps": [{"id": "read", "task_type": "read"}]}"#).id
                var agent: String?
                try await eventually {
                    agent = try await client.workflow(id)[step: "read"]?.agentID
                    return agent != nil
                }
                let leaving = try #require(agent)
                #expect(try await client.drainAgent(leaving).status == .draining)
                goOn.send()
                try await run
                #expect(try await client.workflow(id)[step: "read"]?.result == "done")
                #expect(try await client.agent(leaving).status == .left)
            }
        }
    }
}
