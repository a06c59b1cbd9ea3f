import HTTP
import JSON
import OrderedCollections
import TestKit
import Testing

@Suite("Workflows that are tried again", .service, .timeLimit(.minutes(1)))
struct RetryTests {
    @Test("A failed workflow goes on with what failed, and keeps what was done")
    func failed() async throws {
        let service = try suiteService()
        let (good, bad) = (TaskType.unique(), TaskType.unique())
        let agent = try await service.register(good, bad, slots: 2)
        let id = try await service.start([
            "name": "two",
            "steps": [
                ["id": "good", "task_type": .string(good)],
                [
                    "id": "bad", "task_type": .string(bad), "after": ["good"], "on_exhausted": "fail",
                    "retry": ["max_attempts": 1],
                ],
            ],
        ])
        try await service.complete(service.take(agent)[0], by: agent, ["n": 1])
        try await service.fail(service.take(agent)[0], by: agent, retryable: true)
        let path = "/v1/workflows/\(id)"
        let ended = try await service.get("\(path)?wait=10s")
        #expect(ended["status"] == "failed")

        let again = try await service.post("\(path)/retry", ["by": "ops", "reason": "mended"])
        #expect(again.status == 200, "\(again)")
        #expect(again["status"] == "running")
        #expect(again["ended_at"].isNull && again["failure"].isNull)
        #expect(again["steps"][0]["result"] == ["n": 1])
        let early = try await service.post("\(path)/retry", [:])
        #expect(early.status == 409)
        #expect(early.type == "/problems/workflow-open")

        let task = try await service.take(agent)[0]
        #expect(task["step_id"] == "bad" && task["attempt"] == 2)
        try await service.complete(task, by: agent, ["n": 2])
        let done = try await service.get("\(path)?wait=10s")
        #expect(done["status"] == "completed")
        #expect(done["output"] == ["good": ["n": 1], "bad": ["n": 2]])
        let late = try await service.post("\(path)/retry", [:])
        #expect(late.status == 409)
        #expect(late.type == "/problems/workflow-ended")
        let history = try await service.get("\(path)/history")["events"].elements
        let retried = try #require(history.first { $0["type"] == "workflow_retried" })
        #expect(retried["by"] == "ops" && retried["reason"] == "mended")
    }

    @Test("Of many who try the same one at a time, one does, and each task is on its queue once")
    func race() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let id = try await service.start(type)
        try await service.cancel(id)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { try await service.post("/v1/workflows/\(id)/retry", [:]).status }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + Array(repeating: 409, count: 7))
        _ = try await service.take(service.register(type))
        let another = try await service.register(type, slots: 4)
        let more = try await service.post("/v1/agents/\(another)/tasks", ["max": 3])
        #expect(more["tasks"] == [])
    }
}
