import Coordination
import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import RedisStreams
import Synchronization
import TestKit
import Testing

/// Answers that do not count, and requests that are repeated: nothing happens twice, and nothing by halves.
@Suite("What is refused or repeated", .service, .timeLimit(.minutes(1)))
struct RefusalTests {
    @Test("An answer for a task that another agent holds")
    func notHeld() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let (holder, other) = (try await service.register(type), try await service.register(type))
        let workflow = try await service.start(type)
        let task = try await service.take(holder)[0]
        for answer in [
            try await service.complete(task, by: other, "mine"),
            try await service.fail(task, by: other, retryable: false),
            try await service.progress(task, by: other),
        ] {
            #expect(answer.status == 409)
            #expect(answer.type == "/problems/task-not-held")
            #expect(answer.detail == "The attempt was never given to this agent.")
        }
        let step = try await service.workflow(workflow)["steps"][0]
        #expect(step["status"] == "running")
        #expect(step["agent_id"] == .string(holder))
        #expect(try await service.complete(task, by: holder, "done").body == ["status": "accepted"])
    }

    @Test("The first accepted answer is the task's: the same again is a duplicate, another is told what counts")
    func alreadyAnswered() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type)
        let task = try await service.take(agent)[0]
        #expect(try await service.complete(task, by: agent, ["kind": "license"]).body == ["status": "accepted"])
        let before = try await service.workflow(workflow)
        #expect(before["status"] == "completed")
        #expect(try await service.complete(task, by: agent, ["kind": "license"]).body == ["status": "duplicate"])
        for answer in [
            try await service.complete(task, by: agent, ["kind": "other"]),
            try await service.fail(task, by: agent, retryable: true),
            try await service.progress(task, by: agent, ["percent": 5]),
        ] {
            #expect(answer.status == 409)
            #expect(answer.type == "/problems/already-answered")
            #expect(answer.detail == "Attempt 1 was accepted.")
            #expect(answer["accepted_result"] == ["kind": "license"])
            #expect(answer["accepted_attempt"] == 1)
            #expect(answer["step_status"] == "completed")
        }
        #expect(try await service.workflow(workflow).body == before.body)
    }

    @Test("A task of a cancelled workflow was answered by nobody")
    func cancelled() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type)
        let task = try await service.take(agent)[0]
        try await service.cancel(workflow)
        let answer = try await service.complete(task, by: agent, 1)
        #expect(answer.type == "/problems/already-answered")
        #expect(answer.detail == "The step is cancelled already.")
        #expect(answer["accepted_attempt"].isNull && answer.body.members["accepted_result"] == nil)
        let again = try await service.post("/v1/workflows/\(workflow)/cancel", [:])
        #expect(again.status == 409)
        #expect(again.type == "/problems/workflow-ended")
        #expect(again.detail == "The workflow is cancelled already.")
    }

    @Test("A failure and progress count for the current attempt only, a result for any")
    func attemptOver() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 2)
        let workflow = try await service.start(type, step: ["retry": ["initial_backoff": "0ms"]])
        let first = try await service.take(agent)[0]
        try await service.fail(first, by: agent, retryable: true)
        let second = try await service.take(agent)[0]
        #expect(second["task_id"] == first["task_id"])
        #expect(second["attempt"] == 2)
        #expect(try await service.fail(first, by: agent, retryable: true).body == ["status": "duplicate"])
        let other: JSONValue = ["code": "other", "message": ""]
        let late = try await service.post(
            "/v1/tasks/\(first["task_id"].string ?? "")/fail",
            ["agent_id": .string(agent), "attempt": 1, "error": other])
        for answer in [late, try await service.progress(first, by: agent)] {
            #expect(answer.status == 409)
            #expect(answer.type == "/problems/attempt-over")
            #expect(answer.detail == "The attempt is over or not begun; the current one is 2.")
            #expect(answer["current_attempt"] == 2)
        }
        #expect(try await service.complete(first, by: agent, "late").status == 200)
        #expect(try await service.workflow(workflow)["output"] == ["step": "late"])
    }

    @Test("An idempotency key starts one workflow: again with the same plan and input, never with another")
    func idempotency() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let plan = #""name": "a", "steps": [{"id": "a", "task_type": "\#(type)"}]"#
        let fields: HTTPFields = [.idempotencyKey: "key-\(type)"]
        func send(_ json: String) async throws -> Answer {
            try await service.send(.post, "/v1/workflows", fields, body: Array(json.utf8))
        }
        let first = try await send(#"{\#(plan), "input": [1, 2]}"#)
        #expect(first.status == 201)
        let again = try await send(#"{"input": [1, 2], \#(plan)}"#)
        #expect(again.status == 200)
        #expect(again["id"] == first["id"])
        #expect(again.headerFields[.location] == "/v1/workflows/\(first["id"].string ?? "")")
        for other in [#"{\#(plan)}"#, #"{\#(plan), "input": [2, 1]}"#, #"{\#(plan), "input": [1, 2], "labels": {}}"#] {
            let answer = try await send(other)
            #expect(answer.status == 422)
            #expect(answer.type == "/problems/idempotency-key-reused")
            #expect(answer["errors"][0]["header"] == "Idempotency-Key")
        }
        try await service.cancel(first["id"].string ?? "")
        let afterEnd = try await send(#"{\#(plan), "input": [1, 2]}"#)
        #expect(afterEnd.status == 200)
        #expect(afterEnd["status"] == "cancelled")
    }

    @Test("Fifty requests at once with one key start one workflow")
    func parallel() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let plan: JSONValue = [
            "name": "a", "labels": ["test": .string(type)], "steps": [["id": "a", "task_type": .string(type)]],
        ]
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for _ in 0..<50 {
                group.addTask { try await service.post("/v1/workflows", plan, [.idempotencyKey: type]) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.map(\.status).sorted() == Array(repeating: 200, count: 49) + [201])
        #expect(Set(answers.map { $0["id"] }).count == 1)
        let listed = try await service.get("/v1/workflows?label=test:\(type)")["workflows"]
        #expect(listed.elements.map { $0["id"] } == [answers[0]["id"]])
        #expect(try await service.take(try await service.register(type, slots: 9)).count == 1)
    }

    @Test("What is stored and cannot be read is told as that, and its reason only to the log")
    func damaged() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let workflow = try await service.start(type)
        try await service.cancel(workflow)
        let key = try #require(try await service.keys().first { $0.hasSuffix("workflow:\(workflow)") })
        try await service.redis.command("HSET", .init(key), "checkpoint", "{}")
        try await eventually { try await service.workflow(workflow).status == 500 }
        let answer = try await service.workflow(workflow)
        #expect(answer.type == "/problems/internal-server-error")
        #expect(answer.detail == "What is stored of it cannot be read; the service's log says more.")
        #expect(
            service.log.events.contains { $0.hasPrefix("error ") && $0.contains("reason") && $0.contains(workflow) }
        )
    }
}
