import Coordination
import HTTP
import HTTPTypes
import JSON
import RedisStreams
import TestKit
import Testing

/// While Redis is away everything says so, and nothing is lost when it is back.
@Suite("Redis is away", .timeLimit(.minutes(1)))
struct OutageTests {
    private var options: ServiceOptions {
        var options = ServiceOptions()
        options.redisDeadline = .milliseconds(300)
        options.isDurable = true
        return options
    }

    @Test("Every operation answers 503 with Retry-After, the process is well, the node is not ready; then all goes on")
    func outage() async throws {
        try await withService(options) { service in
            let agent = try await service.register("t", slots: 2)
            let workflow = try await service.start("t")
            let task = try await service.take(agent)[0]
            await service.redis.kill()
            // The connection's end is noticed a moment later.
            try await eventually { try await service.get("/readyz").status == 503 }
            for request in requests(workflow, agent, task) {
                let answer = try await service.send(request.method, request.target, body: request.body)
                #expect(answer.status == 503, "\(request.method) \(request.target): \(answer)")
                #expect(answer.type == "/problems/unavailable")
                #expect(answer.headerFields[.retryAfter] == "1")
                let isStart = request.method == .post && request.target == "/v1/workflows"
                #expect(answer.detail.contains("Asking again is safe.") != isStart)
                #expect(answer.detail.contains("Idempotency-Key") == isStart)
            }
            #expect(try await service.get("/healthz").status == 200)
            #expect(try await service.get("/openapi.yaml").status == 200)
            #expect(try await service.get("/metrics").status == 200)
            let take = try await service.post(
                "/v1/agents/\(agent)/tasks", ["max": 0, "finished": [finished(task, "lost?")]])
            #expect(take.status == 503)

            try await service.redis.restart()
            try await eventually { try await service.get("/readyz").status == 200 }
            // Handed in during the outage or now: it counts once.
            try await eventually { try await service.complete(task, by: agent, "lost?").status == 200 }
            let end = try await service.get("/v1/workflows/\(workflow)?wait=10s")
            #expect(end["status"] == "completed")
            #expect(end["output"] == ["step": "lost?"])
            #expect(try await service.start("t") != workflow)
        }
    }

    @Test("A request that is under way when Redis dies is answered when it is back in time")
    func shortOutage() async throws {
        var options = options
        options.redisDeadline = .seconds(20)
        try await withService(options) { service in
            await service.redis.kill()
            async let started = service.post(
                "/v1/workflows", ["name": "a", "steps": [["id": "a", "task_type": "t"]]], [.idempotencyKey: "a"])
            try await service.log.wait { $0.contains { $0.contains("lost Redis") || $0.contains("Redis") } }
            try await service.redis.restart()
            #expect(try await started.status == 201)
        }
    }

    @Test("A task handed in that could not be decided is refused with 503, and accepted later")
    func undecided() async throws {
        try await withService(options) { service in
            let agent = try await service.register("t", slots: 2)
            let workflow = try await service.start("t")
            let task = try await service.take(agent)[0]
            // Another node has it, as after a pause of this one that was too long.
            let other = "node_00000000000000000000000000"
            try await service.redis.command("ZADD", .init("\(service.prefix)nodes"), "9999999999999", .init(other))
            try await service.setOwner(of: workflow, other)
            let body: JSONValue = ["max": 1, "running": [task["task_id"]], "finished": [finished(task, 1)]]
            // It does not wait for a task first: what was not decided is to be handed in again soon.
            let refused = try await service.send(
                .post, "/v1/agents/\(agent)/tasks?wait=60s", body: JSONText(body).bytes, timeout: .seconds(20))
            #expect(refused["refused"][0]["status"] == 503, "\(refused)")
            #expect(refused["refused"][0]["type"] == "/problems/unavailable")
            #expect(refused["refused"][0]["task_id"] == task["task_id"])
            try await service.setOwner(of: workflow, "\(service.node.id)")
            let again = try await service.post(
                "/v1/agents/\(agent)/tasks", ["max": 0, "finished": [finished(task, 1)]])
            #expect(again["accepted"] == [task["task_id"]], "\(again)")
            #expect(try await service.workflow(workflow)["status"] == "completed")
        }
    }

    @Test("A Redis that takes no writes is one that is away")
    func full() async throws {
        try await withService(options) { service in
            try await service.redis.command("CONFIG", "SET", "maxmemory", "1")
            let plan: JSONValue = ["name": "a", "steps": [["id": "a", "task_type": "t"]]]
            #expect(try await service.post("/v1/workflows", plan).status == 503)
            try await service.redis.command("CONFIG", "SET", "maxmemory", "0")
            try await eventually { try await service.post("/v1/workflows", plan).status == 201 }
        }
    }

    private func finished(_ task: JSONValue, _ result: JSONValue) -> JSONValue {
        ["task_id": task["task_id"], "attempt": task["attempt"], "result": result]
    }

    private func requests(
        _ workflow: String, _ agent: String, _ task: JSONValue
    ) -> [(method: HTTPRequest.Method, target: String, body: [UInt8]?)] {
        let (id, start) = (task["task_id"].string ?? "", #"{"name": "a", "steps": [{"id": "a", "task_type": "t"}]}"#)
        let token = workflow.dropFirst(3)
        func body(_ json: String) -> [UInt8]? { Array(json.utf8) }
        return [
            (.get, "/readyz", nil), (.post, "/v1/workflows", body(start)), (.get, "/v1/workflows", nil),
            (.get, "/v1/workflows/wf_0_00000000000000000000000000", nil),
            (.get, "/v1/workflows/\(workflow)/history", nil),
            (.post, "/v1/agents", body(#"{"name": "a", "capabilities": ["t"]}"#)), (.get, "/v1/agents", nil),
            (.get, "/v1/agents/\(agent)", nil), (.delete, "/v1/agents/\(agent)", nil),
            (.post, "/v1/agents/\(agent)/heartbeat", nil), (.post, "/v1/agents/\(agent)/tasks", body("{}")),
            (.get, "/v1/escalations", nil), (.get, "/v1/escalations/esc_\(token)_1", nil),
            (.post, "/v1/tasks/\(id)/complete", body(#"{"agent_id": "\#(agent)", "attempt": 1, "result": "lost?"}"#)),
            (.post, "/v1/workflows/wf_0_00000000000000000000000000/cancel", nil),
        ]
    }
}

extension RunningService {
    fileprivate var prefix: String { "ganglion:{p0}:default:" }

    fileprivate func setOwner(of workflow: String, _ node: String) async throws {
        try await redis.command("HSET", .init("\(prefix)workflow:\(workflow)"), "owner", .init(node))
    }
}
