import GanglionClient
import RedisStreams
import TestKit
import Testing

/// An agent that is not heard of any more keeps no task.
@Suite("Lost agents", .timeLimit(.minutes(1)))
struct LostAgentTests {
    @Test("The task of an agent that falls silent is another's second attempt, and the silent one's answer is refused")
    func silent() async throws {
        try await withRedisServer { redis in
            let options = ["--agent-heartbeat", "200ms", "--agent-lost-after", "3s"]
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"] + options) { service in
                let client = try GanglionClient(service.url)
                let silent = try await client.register(name: "silent", capabilities: ["read"])
                let plan = #"{"name": "one-step", "steps": [{"id": "read", "task_type": "read"}]}"#
                let started = try await client.start(plan)
                let task = try #require(try await client.take(silent.id, max: 1, wait: .seconds(10)).tasks.first)
                #expect(task.attempt == 1)

                let worker = AgentWorker(client, name: "diligent", capabilities: ["read"], logger: .quiet) { task in
                    ["attempt": .integer(task.attempt)]
                }
                let ended = try await withThrowingTaskGroup(of: Void.self) { group in
                    defer { group.cancelAll() }
                    group.addTask { try await worker.run() }
                    return try await client.waitForEnd(of: started.id, atMost: .seconds(20))
                }
                #expect(ended.status == .completed)
                #expect(ended[step: "read"]?.result == ["attempt": 2])
                #expect(try await client.agent(silent.id).status == .lost)

                let history = try await client.history(of: started.id).items
                let failed = try #require(history.first { $0.type == "attempt_failed" })
                #expect(failed.attempt == 1)
                #expect(failed.agentID == silent.id)
                #expect(failed.error?.code == "agent_lost")
                let completed = history.filter { $0.type == "step_completed" }
                #expect(completed.map(\.attempt) == [2])
                #expect(completed.map(\.agentID) != [silent.id])

                let refusal = await #expect(throws: GanglionError.self) {
                    try await client.complete(task.taskID, attempt: 1, agent: silent.id, result: "late")
                }
                #expect(refusal?.problem?.type == "/problems/already-answered")
            }
        }
    }
}
