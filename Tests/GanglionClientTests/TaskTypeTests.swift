import GanglionClient
import HTTP
import HTTPTypes
import TestKit
import Testing

@Suite("The client and task types", .timeLimit(.minutes(1)))
struct TaskTypeTests {
    private static let limited: JSONDocument = [
        "task_type": "read", "waiting": 3, "oldest_waiting_at": "2026-11-23T17:00:00.000Z",
        "oldest_waiting_age": "1200ms", "running": 2,
        "agents": ["alive": 1, "draining": 1, "slots": 8, "held": 2], "limited_keys": 1,
        "next_free_at": "2026-11-23T17:00:01.300Z", "paused": true,
        "settings": [
            "paused": true, "max_concurrency": 2,
            "rate": ["limit": 600, "per": "minute", "burst": 5, "key": "payload.a"],
            "fairness": ["key": "payload.b"], "dispatch": ["mode": "round_robin"], "timeout": "30s",
            "queue_timeout": "1h", "retry": ["max_attempts": 2],
        ],
    ]

    @Test("Task types are read with what is set for them, set, and reset")
    func taskTypes() async throws {
        try await withAnswers(
            .json(200, ["task_types": [Self.limited], "next_cursor": "read"]), .json(200, Self.limited),
            .json(200, Self.limited), Response(status: .noContent)
        ) { client, seen in
            let page = try await client.taskTypes(limit: 1)
            #expect(page.nextCursor == "read")
            let type = try await client.taskType("read")
            #expect(page.items == [type])
            #expect(type.waiting == 3 && type.running == 2 && type.limitedKeys == 1 && type.isPaused)
            #expect(type.oldestWaitingAge == .milliseconds(1200))
            let pool = type.agents
            #expect(pool.alive == 1 && pool.draining == 1 && pool.slots == 8 && pool.held == 2)
            let settings = TaskTypeSettings(
                isPaused: true, maximumConcurrency: 2,
                rate: .init(600, per: .minute, burst: 5, key: "payload.a"), fairnessKey: "payload.b",
                dispatch: ["mode": "round_robin"], timeout: .seconds(30), queueTimeout: .seconds(3600),
                retry: ["max_attempts": 2])
            #expect(type.settings == settings)
            try await client.configure("read", settings)
            try await client.resetTaskType("read")
            #expect(seen.events[0].description == "GET /v1/task-types?limit=1")
            #expect(seen.events[2].description == "PUT /v1/task-types/read")
            #expect(
                seen.events[2].json.text == """
                    {"paused":true,"max_concurrency":2,"rate":{"limit":600,"per":"minute","burst":5,"key":"payload.a"},\
                    "fairness":{"key":"payload.b"},"dispatch":{"mode":"round_robin"},"timeout":"30000ms",\
                    "queue_timeout":"3600000ms","retry":{"max_attempts":2}}
                    """)
            #expect(seen.events[3].description == "DELETE /v1/task-types/read")
        }
    }

    @Test("A workflow is explained step by step, and a reason of a newer service is passed on as it is")
    func explanation() async throws {
        let answer: JSONDocument = [
            "workflow_id": "wf_1", "status": "running", "at": "2026-11-23T17:00:03.800Z",
            "steps": [
                [
                    "step_id": "a", "status": "queued", "reason": "rate_limit", "detail": "Not now.", "help": "Wait.",
                    "task_type": "read", "since": "2026-11-23T17:00:00.000Z", "key": "acme",
                ],
                ["step_id": "b", "status": "pending", "reason": "eclipse", "detail": "Dark.", "help": "Wait."],
            ],
        ]
        try await withAnswers(.json(200, answer)) { client, seen in
            let explanation = try await client.explain("wf_1")
            #expect(explanation.status == .running && explanation.steps.map(\.id) == ["a", "b"])
            #expect(explanation.steps.map(\.reason) == [.rateLimit, nil])
            #expect(explanation.steps[0].document["key"].string == "acme")
            #expect(explanation.steps[1].since == nil && explanation.steps[1].detail == "Dark.")
            #expect(seen.events[0].description == "GET /v1/workflows/wf_1/why")
        }
    }

    @Test("What is not set is nothing")
    func nothing() async throws {
        let idle: JSONDocument = [
            "task_type": "read", "waiting": 0, "running": 0,
            "agents": ["alive": 0, "draining": 0, "slots": 0, "held": 0], "limited_keys": 0, "paused": false,
            "settings": [:],
        ]
        try await withAnswers(.json(200, idle)) { client, _ in
            let type = try await client.taskType("read")
            #expect(type.settings == TaskTypeSettings())
            #expect(type.oldestWaitingAt == nil && type.nextFreeAt == nil)
        }
    }
}
