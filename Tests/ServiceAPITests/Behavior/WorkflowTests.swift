import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

/// What clients see of a workflow: its start, its news, its end.
@Suite("Workflows", .service, .timeLimit(.minutes(1)))
struct WorkflowTests {
    @Test("A start that waits is answered with the end, or with how it stands when the time is over")
    func waiting() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let plan: JSONValue = ["name": "a", "input": 7, "steps": [["id": "step", "task_type": .string(type)]]]
        async let started = service.post("/v1/workflows?wait=30s", plan)
        let task = try await service.take(agent)[0]
        #expect(task["payload"] == ["input": 7, "results": [:]])
        try await service.complete(task, by: agent, [1, 2])
        let end = try await started
        #expect(end.status == 201)
        #expect(end["status"] == "completed")
        #expect(end["output"] == ["step": [1, 2]])
        #expect(end.headerFields[.location] == "/v1/workflows/\(end["id"].string ?? "")")

        let early = try await service.post("/v1/workflows?wait=20ms", plan)
        #expect(early.status == 201)
        #expect(early["status"] == "running")
    }

    @Test("A long-poll is answered by the next revision, or the end, and by nothing else")
    func longPoll() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type)
        #expect(try await service.workflow(workflow).headerFields[.eTag] == "\"1\"")

        let unchanged = try await service.get("/v1/workflows/\(workflow)?wait=20ms&revision=1")
        #expect(unchanged["revision"] == 1)
        async let news = service.get("/v1/workflows/\(workflow)?wait=30s&revision=1")
        async let end = service.get("/v1/workflows/\(workflow)?wait=30s")
        let task = try await service.take(agent)[0]
        let started = try await news
        #expect(started["revision"].integer ?? 0 > 1)
        #expect(started["steps"][0]["status"] == "running")
        try await service.complete(task, by: agent, nil)
        #expect(try await end["status"] == "completed")
        // One that has ended is answered at once, whatever is waited for.
        let ended = try await service.get("/v1/workflows/\(workflow)?wait=60s&revision=99", timeout: .seconds(20))
        #expect(ended["status"] == "completed")
    }

    @Test("If-None-Match saves the body while the revision is one of those that the client knows")
    func entityTags() async throws {
        let service = try suiteService()
        let workflow = try await service.start(TaskType.unique())
        for known in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "\"7\" ,W/\"1\"", "*"] {
            let answer = try await service.get("/v1/workflows/\(workflow)", [.ifNoneMatch: known])
            #expect(answer.status == 304, "\(known)")
            #expect(answer.headerFields[.eTag] == "\"1\"")
        }
        for other in ["\"2\"", "1", "\"11\"", "W/1", ""] {
            #expect(try await service.get("/v1/workflows/\(workflow)", [.ifNoneMatch: other]).status == 200, "\(other)")
        }
        try await service.cancel(workflow)
        let changed = try await service.get("/v1/workflows/\(workflow)?wait=10s&revision=1", [.ifNoneMatch: "\"1\""])
        #expect(changed.status == 200)
    }

    @Test("Cancelling says who and why, in the history")
    func cancelling() async throws {
        let service = try suiteService()
        let workflow = try await service.start(TaskType.unique())
        let answer = try await service.post(
            "/v1/workflows/\(workflow)/cancel", ["by": "ops", "reason": "a \"mistake\""])
        #expect(answer["status"] == "cancelled")
        #expect(answer.headerFields[.eTag] == "\"2\"")
        let last = try #require(try await service.events(workflow).last)
        #expect(last["type"] == "workflow_cancelled")
        #expect(last["by"] == "ops")
        #expect(last["reason"] == "a \"mistake\"")
    }

    @Test("What a client sends comes to the agent and back byte for byte, up to the limit of levels")
    func opaque() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let input = #"{"a":[1.10,1e2,"\u00e9\/😀",  -0],"b":{}}"#
        let plan = #"{"name":"a","input":\#(input),"steps":[{"id":"s","task_type":"\#(type)","payload":"${input}"}]}"#
        let started = try await service.send(.post, "/v1/workflows", body: Array(plan.utf8))
        #expect(started.status == 201)
        let taken = try await service.post("/v1/agents/\(agent)/tasks?wait=10s", ["max": 1])
        #expect(taken.text.contains(#""payload":\#(input)"#))
        let deep = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
        let task = taken["tasks"][0]["task_id"].string ?? ""
        let answer = #"{"agent_id": "\#(agent)", "attempt": 1, "result": \#(deep)}"#
        #expect(try await service.send(.post, "/v1/tasks/\(task)/complete", body: Array(answer.utf8)).status == 200)
        let end = try await service.workflow(started["id"].string ?? "")
        #expect(end.text.contains(#""result":\#(deep)"#))
        #expect(end.text.contains(#""output":{"s":\#(deep)}"#))
    }

    @Test("The trace context of a start comes with its tasks; one that follows no standard does not")
    func traceparent() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 9)
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        for (sent, arrived) in [
            (good, good), ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-later", nil), ("00-x-y-01", nil),
            ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", nil), (good.uppercased(), nil),
        ] as [(String, String?)] {
            let workflow = try await service.post(
                "/v1/workflows", ["name": "a", "steps": [["id": "a", "task_type": .string(type)]]],
                [.traceparent: sent])
            let task = try await service.take(agent)[0]
            try await service.complete(task, by: agent, nil)
            #expect(task["workflow_id"] == workflow["id"])
            let isLaterVersion = sent.hasPrefix("cc-")
            #expect(task["traceparent"].string == (isLaterVersion ? sent : arrived), "\(sent)")
        }
    }
}
