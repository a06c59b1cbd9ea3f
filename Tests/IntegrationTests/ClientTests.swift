import GanglionClient
import RedisStreams
import TestKit
import Testing

/// The client reads what a real service writes, and not only what a double of it does.
@Suite("The client at a service", .timeLimit(.minutes(1)))
struct ClientTests {
    @Test("It reads every list and every status that the service has")
    func lists() async throws {
        try await withRedisServer { redis in
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                let client = try GanglionClient(service.url)
                let plan = """
                    {"name": "fragile", "labels": {"customer": "acme"},
                     "steps": [{"id": "read", "task_type": "read", "retry": {"max_attempts": 1}}]}
                    """
                let started = try await client.start(plan)
                let agent = try await client.register(name: "reader", capabilities: ["read"])
                let task = try #require(try await client.take(agent.id, max: 1, wait: .seconds(10)).tasks.first)
                try await client.fail(
                    task.taskID, attempt: task.attempt, agent: agent.id,
                    error: TaskError(code: "torn", message: "a page is missing", retryable: false))

                let line = try #require(try await client.workflows().items.first)
                let status = try await client.workflow(started.id)
                #expect(line.id == started.id)
                #expect(line.status == status.status)
                #expect(line.revision == status.revision)
                #expect(line.labels == ["customer": "acme"])
                #expect(status.checkpointAt >= status.createdAt)
                #expect(try await client.agents().items.map(\.id) == [agent.id])
                let question = try #require(try await client.escalations().items.first)
                #expect(question.workflowID == started.id)
                #expect(try await client.escalation(question.id).id == question.id)
                let reason = try #require(try await client.explain(started.id).steps.first)
                #expect(reason.reason == .waitsForHuman && reason.document["escalation_id"].string == question.id)
                let settings = TaskTypeSettings(
                    maximumConcurrency: 3, rate: .init(5, per: .second, burst: 2, key: "payload.who"),
                    fairnessKey: "workflow.labels.customer", timeout: .seconds(90))
                #expect(try await client.configure("read", settings).settings == settings)
                #expect(try await client.taskTypes().items == [try await client.taskType("read")])
                try await client.resetTaskType("read")
                #expect(try await client.taskType("read").settings == TaskTypeSettings())
                #expect(try await client.history(of: started.id).items.first?.type == "workflow_started")
            }
        }
    }
}
