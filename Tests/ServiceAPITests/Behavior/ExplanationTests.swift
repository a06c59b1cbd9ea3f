import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import TestKit
import Testing

/// Why a workflow is not further on, as its service tells.
@Suite("Explanations", .serialized, .timeLimit(.minutes(1)))
struct ExplanationTests {
    private func reasons(of workflow: String, _ service: RunningService) async throws -> [JSONValue] {
        try await service.get("/v1/workflows/\(workflow)/why")["steps"].elements
    }

    @Test("What holds a task up is told as it changes, until the workflow has ended")
    func life() async throws {
        try await withService { service in
            let workflow = try await service.start([
                "name": "a",
                "steps": [
                    ["id": "read", "task_type": "read", "payload": ["who": "acme"]],
                    ["id": "sum", "task_type": "sum", "after": ["read"]],
                ],
            ])
            let lonely = try await reasons(of: workflow, service)
            #expect(lonely.map { $0["reason"] } == ["no_capable_agent", "waits_for_steps"])
            #expect(lonely[0]["waiting"] == 1 && lonely[0]["since"].string != nil)
            #expect(lonely[1]["steps"] == ["read"])

            let agent = try await service.register("read")
            #expect(try await reasons(of: workflow, service)[0]["reason"] == "next_take")
            try await service.put("/v1/task-types/read", ["paused": true])
            #expect(try await reasons(of: workflow, service)[0]["reason"] == "queue_paused")
            try await service.put("/v1/task-types/read", [:])

            let task = try await service.take(agent)[0]
            let working = try await reasons(of: workflow, service)[0]
            #expect(working["reason"] == "working" && working["agent_id"] == .string(agent))
            let other = try await service.start("read")
            let busy = try await reasons(of: other, service)[0]
            #expect(busy["reason"] == "all_busy")
            #expect(busy["agents"] == [["agent_id": .string(agent), "name": "agent", "slots": 1, "held": 1]])

            try await service.put("/v1/task-types/read", ["max_concurrency": 1])
            let limited = try await reasons(of: other, service)[0]
            #expect(limited["reason"] == "concurrency_limit" && limited["limit"] == 1 && limited["running"] == 1)
            try await service.complete(task, by: agent, "done")
            try await service.complete(try await service.take(agent)[0], by: agent, "done")
            try await service.cancel(workflow)
            #expect(try await reasons(of: workflow, service).isEmpty)
        }
    }

    @Test("A rate is told with the key, and when its next task may be taken")
    func rate() async throws {
        try await withService { service in
            let agent = try await service.register("read", slots: 4)
            let rate: JSONValue = ["limit": 1, "per": "minute", "key": "payload.who"]
            try await service.put("/v1/task-types/read", ["rate": rate])
            let payload: JSONObject = ["payload": ["who": "acme & sons"]]
            _ = try await service.start("read", step: payload)
            let second = try await service.start("read", step: payload)
            #expect(try await service.take(agent, max: 1).count == 1)
            let reason = try await reasons(of: second, service)[0]
            #expect(reason["reason"] == "rate_limit" && reason["key"] == "acme & sons")
            #expect(reason["next_free_at"].string != nil)
        }
    }

    @Test("A person's turn is told with the question, and a wait between attempts with its end")
    func waits() async throws {
        try await withService { service in
            let agent = try await service.register("read", slots: 2)
            let asked = try await service.start("read", step: ["retry": ["max_attempts": 1]])
            try await service.fail(try await service.take(agent)[0], by: agent, retryable: true)
            let question = try await reasons(of: asked, service)[0]
            #expect(question["reason"] == "waits_for_human")
            let escalation = try await service.get("/v1/escalations/\(question["escalation_id"].string ?? "")")
            #expect(escalation["opened_at"] == question["since"] && escalation["workflow_id"] == .string(asked))

            let retried = try await service.start("read", step: ["retry": ["initial_backoff": "1m"]])
            try await service.fail(try await service.take(agent)[0], by: agent, retryable: true)
            let backoff = try await reasons(of: retried, service)[0]
            #expect(backoff["reason"] == "backing_off" && backoff["error"]["code"] == "damaged")
            #expect(backoff["until"].string != nil)
        }
    }
}
