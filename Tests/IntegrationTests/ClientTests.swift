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
                let accepted = try await client.plan(of: started.id)
                #expect(accepted.plan["name"].string == "fragile" && accepted.input == .null)
                #expect(try await client.check(accepted.plan).taskTypes == ["read"])
                let step = try await client.step("read", of: started.id)
                #expect(step.step == status.steps.first && step.attempts.map(\.error?.code) == ["torn"])
                #expect(step.payload == ["input": .null, "results": [:]])
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

    @Test("A worker's handler asks, is run again with the answer, and asks the next")
    func questions() async throws {
        try await withRedisServer { redis in
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                let client = try GanglionClient(service.url)
                let worker = AgentWorker(client, name: "reader", capabilities: ["read"], logger: .quiet) { task in
                    let kind = try task.ask("Which kind?", options: ["lease", "license"], context: task.payload)
                    let pages = try task.ask("How many pages?")
                    return ["kind": kind, "pages": pages]
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await worker.run() }
                    let plan = #"{"name": "ask", "steps": [{"id": "read", "task_type": "read", "payload": "text"}]}"#
                    let id = try await client.start(plan).id
                    let first = try await question(client, id)
                    #expect(first.kind == "question")
                    #expect(
                        first.question
                            == TaskQuestion("Which kind?", options: ["lease", "license"], context: "text"))
                    try await client.resolve(first.id, .answer("lease"), by: "ops", reason: "it says so")
                    let second = try await question(client, id)
                    #expect(second.question == TaskQuestion("How many pages?"))
                    let resolved = try await client.resolve(second.id, .answer(3), by: "ops", reason: "counted")
                    #expect(resolved.resolution?.answer == 3)
                    let end = try await client.waitForEnd(of: id, atMost: .seconds(30))
                    #expect(end[step: "read"]?.result == ["kind": "lease", "pages": 3])
                    #expect(end[step: "read"]?.attempts == 3)
                    group.cancelAll()
                }
            }
        }
    }

    private func question(_ client: GanglionClient, _ workflow: String) async throws -> Escalation {
        var open: [Escalation] = []
        try await eventually {
            open = try await client.escalations(workflowID: workflow).items
            return !open.isEmpty
        }
        return try #require(open.first)
    }
}
