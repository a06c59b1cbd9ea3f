import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import TestKit
import Testing

/// How task types stand, and what is set for them.
@Suite("Task types", .serialized, .timeLimit(.minutes(1)))
struct TaskTypeTests {
    @Test("A type is listed with what waits, what is held, and who is capable of it")
    func list() async throws {
        try await withService { service in
            for _ in 0..<3 { _ = try await service.start("read") }
            let lonely = try await service.get("/v1/task-types/read")
            #expect(lonely["waiting"] == 3 && lonely["running"] == 0 && lonely["paused"] == false)
            #expect(lonely["agents"] == ["alive": 0, "draining": 0, "slots": 0, "held": 0])
            #expect(lonely["oldest_waiting_at"].string != nil && lonely["oldest_waiting_age"].string != nil)
            let agent = try await service.register("read", slots: 4)
            #expect(try await service.take(agent, max: 2).count == 2)
            let answer = try await service.get("/v1/task-types")
            #expect(answer["next_cursor"] == .null)
            let type = try #require(answer["task_types"].elements.first)
            #expect(answer["task_types"].elements.count == 1)
            #expect(type["task_type"] == "read" && type["waiting"] == 1 && type["running"] == 2)
            #expect(type["agents"] == ["alive": 1, "draining": 0, "slots": 4, "held": 2])
            #expect(type["settings"] == [:])
        }
    }

    @Test("A pause holds at once, and whoever waits goes on when it is over")
    func pause() async throws {
        try await withService { service in
            let agent = try await service.register("read")
            #expect(try await service.put("/v1/task-types/read", ["paused": true])["paused"] == true)
            _ = try await service.start("read")
            #expect(try await service.post("/v1/agents/\(agent)/tasks", [:])["tasks"] == [])
            let (taken, resumed) = try await service.whileTaking(agent) {
                try await service.put("/v1/task-types/read", ["paused": false])
            }
            #expect(resumed["paused"] == false)
            #expect(taken["tasks"].elements.count == 1)
        }
    }

    @Test("Whoever waits for room gets it when a task has ended")
    func room() async throws {
        try await withService { service in
            let (busy, waiting) = (try await service.register("read"), try await service.register("read"))
            try await service.put("/v1/task-types/read", ["max_concurrency": 1])
            for _ in 0..<2 { _ = try await service.start("read") }
            let task = try await service.take(busy)[0]
            let (taken, answer) = try await service.whileTaking(waiting) {
                try await service.complete(task, by: busy, "done")
            }
            #expect(answer.status == 200)
            #expect(taken["tasks"].elements.count == 1)
        }
    }

    @Test("Whoever waits for a rate is given the next task when it may be taken, and not when it asks again")
    func rate() async throws {
        try await withService { service in
            let agent = try await service.register("read", slots: 10)
            // One in 100 ms; the agent would ask again after 5 s.
            let rate: JSONValue = ["limit": 10, "per": "second", "key": "payload.who"]
            try await service.put("/v1/task-types/read", ["rate": rate])
            for _ in 0..<4 {
                _ = try await service.start([
                    "name": "a", "steps": [["id": "a", "task_type": "read", "payload": ["who": "me"]]],
                ])
            }
            let start = ContinuousClock.now
            var named: [JSONValue] = []
            while named.count < 4 {
                let answer = try await service.post(
                    "/v1/agents/\(agent)/tasks?wait=20s", ["max": 4, "running": .array(named)])
                #expect(answer["tasks"].elements.count == 1)
                named += answer["tasks"].elements.map { $0["task_id"] }
            }
            #expect((.milliseconds(290) ... .seconds(4)).contains(.now - start))
        }
    }

    @Test("Steps have what is set for their type unless they say otherwise, and a key still knows its request")
    func defaults() async throws {
        try await withService { service in
            let plan: JSONValue = [
                "name": "a",
                "steps": [
                    ["id": "a", "task_type": "read"], ["id": "b", "task_type": "read", "retry": ["max_attempts": 2]],
                ],
            ]
            let first = try await service.post("/v1/workflows", plan, [.idempotencyKey: "k"])
            try await service.put(
                "/v1/task-types/read", ["retry": ["max_attempts": 1], "timeout": "1m", "queue_timeout": "2m"])
            let again = try await service.post("/v1/workflows", plan, [.idempotencyKey: "k"])
            #expect(again.status == 200 && again["id"] == first["id"])
            try await service.cancel(first["id"].string ?? "")

            let workflow = try await service.start(plan)
            let agent = try await service.register("read", slots: 2)
            for task in try await service.take(agent, max: 2) {
                try await service.fail(task, by: agent, retryable: true)
            }
            let steps = try await service.get("/v1/workflows/\(workflow)")["steps"].elements
            #expect(steps.map { $0["status"] } == ["escalated", "backing_off"])
        }
    }

    @Test("What is taken back is not set any more, and what nobody knows is unknown")
    func reset() async throws {
        try await withService { service in
            #expect(try await service.get("/v1/task-types/read").status == 404)
            #expect(try await service.send(.delete, "/v1/task-types/read").status == 404)
            try await service.put("/v1/task-types/read", ["max_concurrency": 3])
            #expect(try await service.get("/v1/task-types/read")["settings"]["max_concurrency"] == 3)
            for _ in 0..<2 { #expect(try await service.send(.delete, "/v1/task-types/read").status == 204) }
            #expect(try await service.get("/v1/task-types/read")["settings"] == [:])
        }
    }
}
