import HTTPTypes
import JSON
import OrderedCollections
import TestKit
import Testing

/// Reports, notes and orders in the course of long work.
@Suite("Long work", .timeLimit(.minutes(1)))
struct LongWorkTests {
    @Test("What a report tells is shown with the step, and the next attempt gets what was made")
    func reports() async throws {
        try await withService { service in
            let agent = try await service.register("t")
            let id = try await service.start(
                "t", step: ["heartbeat_timeout": "20s", "retry": ["initial_backoff": "0ms"]])
            let task = try await service.take(agent)[0]
            #expect(task["heartbeat_timeout"] == "20s" && task["partial"].isNull)
            let report: JSONObject = [
                "percent": 40, "partial": ["pages": [1, 2]], "usage": ["tokens": 812, "usd": .double(0.25)],
                "fingerprint": "page 2", "tool_call": "read(2)",
            ]
            #expect(try await service.progress(task, by: agent, report)["status"] == "accepted")
            let step = try await service.workflow(id)["steps"].elements[0]
            #expect(step["partial"] == ["pages": [1, 2]])
            #expect(step["progress"]["percent"] == 40)
            #expect(step["progress"]["usage"] == ["tokens": 812, "usd": .double(0.25)])
            #expect(step["task_id"] == task["task_id"])
            try await service.fail(task, by: agent, retryable: true)
            let next = try await service.take(agent)[0]
            #expect(next["attempt"] == 2 && next["partial"] == ["pages": [1, 2]])
            try await service.complete(next, by: agent, nil)
            #expect(try await service.workflow(id)["steps"].elements[0]["partial"].isNull)
        }
    }

    @Test("A note is shown with the step, told with a heartbeat, and gone when it is acknowledged")
    func guidance() async throws {
        try await withService { service in
            let agent = try await service.register("t")
            let id = try await service.start("t")
            let task = try await service.take(agent)[0]
            let target = "/v1/tasks/\(task["task_id"].string ?? "")/guidance"
            let note: JSONValue = ["text": "The appendix counts too.", "by": "maria"]
            #expect(try await service.post(target, note)["status"] == "accepted")
            #expect(try await service.post(target, note)["status"] == "duplicate")
            let shown = try await service.workflow(id)["steps"].elements[0]["guidance"].elements
            #expect(shown.map { $0["text"] } == ["The appendix counts too."])

            let beat: JSONValue = ["running": [["task_id": task["task_id"], "fingerprint": "page 1"]]]
            let told = try await service.post("/v1/agents/\(agent)/heartbeat", beat)["guidance"].elements
            #expect(told.count == 1)
            #expect(told[0]["task_id"] == task["task_id"] && told[0]["number"] == 1 && told[0]["by"] == "maria")
            #expect(told[0]["at"] == shown[0]["at"])

            let acknowledged: JSONValue = [["task_id": task["task_id"], "attempt": 1, "number": 1]]
            let take: JSONValue = ["max": 0, "running": [task["task_id"]], "acknowledged": acknowledged]
            #expect(try await service.post("/v1/agents/\(agent)/tasks", take)["guidance"] == [])
            #expect(try await service.workflow(id)["steps"].elements[0]["guidance"].isNull)
            let types = try await service.events(id).map { $0["type"] }
            #expect(types.suffix(2) == ["step_guided", "guidance_acknowledged"])

            try await service.complete(task, by: agent, nil)
            let late = try await service.post(target, ["text": "too late", "by": "maria"])
            #expect(late.status == 409 && late.type == "/problems/already-answered")
        }
    }

    @Test("A step that waits for others takes no notes")
    func notOpen() async throws {
        try await withService { service in
            let plan: JSONValue = [
                "name": "two",
                "steps": [
                    ["id": "a", "task_type": "t"], ["id": "b", "task_type": "t", "after": ["a"]],
                ],
            ]
            let id = try await service.start(plan)
            let task = "task_\(id.dropFirst(3))_1"
            let answer = try await service.post("/v1/tasks/\(task)/guidance", ["text": "a", "by": "b"])
            #expect(answer.status == 409 && answer.type == "/problems/task-not-open")
            #expect(answer["step_status"] == "pending")
            let unknown = try await service.post("/v1/tasks/\(task)9/guidance", ["text": "a", "by": "b"])
            #expect(unknown.status == 404)
        }
    }

    @Test("An operator pauses, resumes and drains an agent, which is told with each answer")
    func conduct() async throws {
        try await withService { service in
            let agent = try await service.register("t")
            for (verb, status) in [("pause", "paused"), ("drain", "draining"), ("resume", "alive")] {
                let answer = try await service.send(.post, "/v1/agents/\(agent)/\(verb)")
                #expect(answer.status == 200 && answer["status"] == .string(status))
                for target in ["heartbeat", "tasks"] {
                    let told = try await service.post("/v1/agents/\(agent)/\(target)", [:])
                    #expect(told["pause"] == .bool(status == "paused"))
                    #expect(told["drain"] == .bool(status == "draining"))
                }
                let listed = try await service.get("/v1/agents/\(agent)")
                #expect(listed["status"] == .string(status))
            }
            #expect(try await service.send(.delete, "/v1/agents/\(agent)").status == 204)
            #expect(try await service.send(.post, "/v1/agents/\(agent)/drain").status == 410)
            let nobody = "agent_\(String(repeating: "0", count: 26))"
            #expect(try await service.send(.post, "/v1/agents/\(nobody)/pause").status == 404)
        }
    }

    @Test("An attempt that gets nowhere is shown and explained, or a person is asked")
    func stuck() async throws {
        try await withService { service in
            let agent = try await service.register("t", slots: 2)
            let rules: JSONValue = ["same_tool_calls": 2]
            let warned = try await service.start("t", step: ["stuck": rules])
            let asked = try await service.start("t", step: ["stuck": rules, "on_stuck": "escalate"])
            for task in try await service.take(agent, max: 2) {
                for _ in 0..<2 { try await service.progress(task, by: agent, ["tool_call": "read(2)"]) }
            }
            let step = try await service.workflow(warned)["steps"].elements[0]
            #expect(step["stuck"]["reason"] == "the same tool call 2 times in a row: read(2)")
            let why = try await service.get("/v1/workflows/\(warned)/why")["steps"].elements[0]
            #expect(why["reason"] == "stuck" && !why["heard_at"].isNull)
            #expect(why["detail"].string?.contains("seems to be stuck: the same tool call") == true)
            let escalations = try await service.get("/v1/escalations?workflow_id=\(asked)")["escalations"].elements
            #expect(escalations.map { $0["kind"] } == ["stuck"])
            #expect(escalations.first?["error"]["code"] == "stuck")
        }
    }

    @Test("Why a workflow is not further on says when its agent was last heard of")
    func heard() async throws {
        try await withService { service in
            let agent = try await service.register("t", "u", slots: 2)
            for step in [["heartbeat_timeout": "1m"], [:]] as [JSONObject] {
                let id = try await service.start("t", step: step)
                let task = try await service.take(agent)[0]
                try await eventually { try await service.workflow(id)["steps"].elements[0]["status"] == "running" }
                let first = try await service.get("/v1/workflows/\(id)/why")["steps"].elements[0]
                #expect(first["reason"] == "working")
                let before = try #require(first["heard_at"].string)
                try await eventually {
                    try await service.post("/v1/agents/\(agent)/heartbeat", ["running": [task["task_id"]]])
                    let now = try await service.get("/v1/workflows/\(id)/why")["steps"].elements[0]
                    return try #require(now["heard_at"].string) > before
                }
                try await service.complete(task, by: agent, nil)
            }
        }
    }
}
