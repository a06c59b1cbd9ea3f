import Coordination
import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import TestKit
import Testing

/// Agents that leave, are lost, or have too much to do.
@Suite("Agents", .timeLimit(.minutes(1)))
struct AgentTests {
    @Test("An agent that is not heard of is lost: its task is tried anew at once, and it is told to register again")
    func lost() async throws {
        var options = ServiceOptions()
        options.node.heartbeat = .milliseconds(50)
        options.node.agentHeartbeat = .milliseconds(200)
        options.node.agentLostAfter = .milliseconds(600)
        try await withService(options) { service in
            let (lost, other) = (try await service.register("t"), try await service.register("t"))
            let workflow = try await service.start("t")
            let task = try await service.take(lost)[0]
            // A take that waits is a sign of life, again and again.
            let again = try await service.take(other)[0]
            #expect(again["task_id"] == task["task_id"])
            #expect(again["attempt"] == 2)
            let failed = try #require(
                try await service.events(workflow).first { $0["type"] == "attempt_failed" })
            #expect(failed["error"] == ["code": "agent_lost", "message": "the agent was not heard of in time"])
            #expect(failed["agent_id"] == .string(lost))
            #expect(failed["until"] == failed["at"])
            try await checkGone(lost, "lost", service)
            #expect(try await service.complete(task, by: lost, "late, and still the first").status == 200)
        }
    }

    @Test("An agent that leaves gives its tasks back; leaving twice is leaving once")
    func left() async throws {
        try await withService { service in
            let (leaving, other) = (
                try await service.register("t", slots: 2), try await service.register("t", slots: 2)
            )
            let workflow = try await service.start("t")
            _ = try await service.start("t")
            #expect(try await service.take(leaving, max: 2).count == 2)
            for _ in 0..<2 {
                #expect(try await service.send(.delete, "/v1/agents/\(leaving)").status == 204)
            }
            let tasks = try await service.take(other, max: 2)
            #expect(tasks.map { $0["attempt"] } == [2, 2])
            let failed = try await service.events(workflow).first { $0["type"] == "attempt_failed" }
            #expect(failed?["error"] == ["code": "agent_lost", "message": "the agent has left"])
            try await checkGone(leaving, "left", service)
            let listed = try await service.get("/v1/agents")["agents"].elements
            #expect(Set(listed.map { $0["status"] }) == ["left", "alive"])
        }
    }

    private func checkGone(_ agent: String, _ status: JSONValue, _ service: RunningService) async throws {
        #expect(try await service.get("/v1/agents/\(agent)")["status"] == status)
        for target in ["heartbeat", "tasks"] {
            let answer = try await service.post("/v1/agents/\(agent)/\(target)", [:])
            #expect(answer.status == 410)
            #expect(answer.type == "/problems/agent-lost")
            #expect(answer.detail.contains("register again with POST /v1/agents"))
        }
    }

    @Test("An agent whose slots are full does not keep a task from one that is free")
    func full() async throws {
        var options = ServiceOptions()
        // Whoever is not woken would wait for longer than its take.
        options.node.agentHeartbeat = .seconds(60)
        options.node.agentLostAfter = .seconds(180)
        try await withService(options) { service in
            let (full, free) = (try await service.register("t"), try await service.register("t"))
            _ = try await service.start("t")
            let held = try await service.take(full)[0]
            let second = try await service.start("u")
            let body: JSONValue = ["running": [held["task_id"]]]
            let (answer, elapsed) = try await service.whileTaking(full, body, wait: "20s") {
                let (answer, start) = try await service.whileTaking(free, wait: "20s") {
                    let start = ContinuousClock.now
                    _ = try await service.start("t")
                    return start
                }
                let elapsed = ContinuousClock.now - start
                #expect(answer["tasks"].elements.count == 1)
                // What frees the slot also ends the other's wait.
                try await service.complete(held, by: full, nil)
                _ = try await service.start("t")
                try await service.cancel(second)
                return elapsed
            }
            #expect(elapsed < .seconds(10))
            #expect(answer["tasks"].elements.count == 1 || answer["cancel"] == [held["task_id"]])
        }
    }
}
