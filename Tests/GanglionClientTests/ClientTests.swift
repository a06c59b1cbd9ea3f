import GanglionClient
import HTTP
import HTTPTypes
import Sockets
import TestKit
import Testing

@Suite("The client", .timeLimit(.minutes(1)))
struct ClientTests {
    private static let workflow: JSONDocument = [
        "id": "wf_0_a", "name": "one", "status": "completed", "revision": 2,
        "checkpoint_at": "2026-11-23T17:00:00.140Z", "created_at": "2026-11-23T17:00:00.000Z",
        "ended_at": "2026-11-23T17:00:00.140Z", "node": nil,
        "takeovers": 0, "labels": ["customer": "acme"],
        "steps": [
            [
                "id": "read", "task_type": "read", "status": "completed", "attempts": 1, "result": ["pages": 3],
                "started_at": "2026-11-23T17:00:00.020Z",
            ],
            [
                "id": "sum", "task_type": "sum", "status": "backing_off", "attempts": 2,
                "failure": ["code": "odd", "message": "Not today."], "something_new": 1,
                "progress": ["at": "2026-11-23T17:00:00.400Z", "percent": 50],
            ],
        ], "output": ["read": ["pages": 3]],
    ]

    private static let running = JSONDocument.object(
        workflow.root.members.map {
            ($0.name, $0.name == "status" ? "running" : $0.value.document ?? .null)
        })

    static let escalation: JSONDocument = [
        "id": "esc_1", "status": "resolved", "opened_at": "2026-11-23T17:00:07.000Z", "workflow_id": "wf_1",
        "step_id": "validate", "task_id": "task_1", "kind": "exhausted", "version": 4,
        "tier": 1, "quorum": 2, "labels": ["team": "law"], "assignee": "law", "results": ["read": 3],
        "claim": ["by": "ann", "at": "2026-11-23T17:02:00.000Z", "until": "2026-11-23T17:17:00.000Z"],
        "votes": [["by": "ann", "action": "skip", "at": "2026-11-23T17:03:00.000Z"]],
        "comments": [["by": "ann", "at": "2026-11-23T17:02:10.000Z", "text": "see page 3"]],
        "error": ["code": "damaged", "message": "The text ends."],
        "attempts": [["attempt": 1, "queued_at": "2026-11-23T17:00:06.000Z"]], "payload": ["text": "x"],
        "resolution": ["action": "retry", "by": "ops", "reason": "scan", "at": "2026-11-23T17:03:00.000Z"],
    ]

    @Test("Starts a workflow, byte for byte as it was given, with a key of its own")
    func starting() async throws {
        let plan = #"{"name":"one", "steps": [ ]}"#
        try await withAnswers(.json(201, Self.workflow), .json(200, Self.workflow)) { client, seen in
            let status = try await client.start(plan)
            #expect(status.id == "wf_0_a" && status.status == .completed && status.node == nil)
            #expect(status[step: "read"]?.result?["pages"].integer == 3)
            #expect(status[step: "sum"]?.failure?.description == "odd: Not today.")
            #expect(status[step: "sum"]?.progress?.percent == 50)
            #expect(status.labels == ["customer": "acme"])
            #expect(status.endedAt.map { $0 - status.createdAt } == .milliseconds(140))
            #expect(status.output["read"]["pages"].integer == 3)
            _ = try await client.start(plan, idempotencyKey: "order-1", traceparent: "00-a-b-01", wait: .seconds(90))
            let requests = seen.events
            #expect(requests.map(\.target) == ["/v1/workflows", "/v1/workflows?wait=60000ms"])
            #expect(requests[0].body == Array(plan.utf8))
            #expect(requests[0].headerFields[.contentType] == "application/json")
            #expect((requests[0].headerFields[.idempotencyKey]?.count ?? 0) > 20)
            #expect(requests[1].headerFields[.idempotencyKey] == "order-1")
            #expect(requests[1].headerFields[.traceparent] == "00-a-b-01")
        }
    }

    @Test("Bad arguments are refused before anything is sent")
    func badArguments() async throws {
        try await withAnswers { client, seen in
            await #expect(throws: GanglionError.self) { try await client.start("{") }
            await #expect(throws: GanglionError.self) { try await client.start([:], idempotencyKey: "a\r\nb") }
            #expect(seen.count == 0)
        }
    }

    @Test("A refusal tells every place that is wrong")
    func problems() async throws {
        let body: JSONDocument = [
            "type": "/problems/invalid-request", "title": "Invalid request", "status": 422, "detail": "Two problems.",
            "instance": "/v1/workflows",
            "errors": [
                ["pointer": "/steps/2/after/0", "detail": "no step is called 'extrct'"],
                ["header": "Idempotency-Key", "detail": "too long"],
            ],
        ]
        try await withAnswers(.json(422, body), Response(status: .internalServerError, body: Array("<html>".utf8))) {
            client, seen in
            let error = await #expect(throws: GanglionError.self) { try await client.start([:]) }
            let problem = try #require(error?.problem)
            #expect(problem.status == 422 && problem.type == "/problems/invalid-request")
            #expect(problem.places.map(\.pointer) == ["/steps/2/after/0", nil])
            #expect(
                "\(problem)".hasSuffix("\n  /steps/2/after/0: no step is called 'extrct'\n  Idempotency-Key: too long"))
            let other = await #expect(throws: GanglionError.self) { try await client.workflow("wf_1") }
            #expect(other?.problem?.status == 500 && other?.problem?.detail == "<html>")
        }
    }

    @Test("An answer that is not what the contract says is an error that says where")
    func strangeAnswers() async throws {
        try await withAnswers(
            .json(200, ["id": "wf_1"]), .json(200, []), Response(status: .ok, body: Array("{".utf8)),
            Response(status: .ok)
        ) { client, seen in
            for expected in ["the workflow has no 'name'", "not an object", "not JSON", "is empty"] {
                let error = await #expect(throws: GanglionError.self) { try await client.workflow("wf_1") }
                #expect(error.map { "\($0)".contains(expected) } == true, "\(error as Any)")
            }
        }
    }

    @Test("Comes back when the service asks for it, and with the same key")
    func unavailable() async throws {
        try await withAnswers(
            .problem(503, "unavailable", retryAfter: 0), .problem(429, "busy", retryAfter: 0),
            .json(201, Self.workflow)
        ) { client, seen in
            _ = try await client.start([:])
            #expect(Set(seen.events.map { $0.headerFields[HTTPField.Name.idempotencyKey] }).count == 1)
            #expect(seen.count == 3)
        }
    }

    @Test("Does not come back after its time")
    func budget() async throws {
        var options = GanglionClient.Options()
        options.retryFor = .milliseconds(900)
        try await withAnswers(.problem(503, "unavailable", retryAfter: 1), options: options) { client, seen in
            let error = await #expect(throws: GanglionError.self) { try await client.start([:]) }
            #expect(error?.problem?.retryAfter == .seconds(1))
            #expect(seen.count == 1)
        }
    }

    @Test("After an unknown outcome sends again what may be repeated, and nothing else")
    func unknownOutcome() async throws {
        let seen = EventLog<String>()
        var router = Router.fake()
        router.on(.post, "/v1/workflows") { _ in
            seen.record("start")
            return .json(201, Self.workflow)
        }
        router.on(.post, "/v1/escalations/{id}/resolve") { _ in
            seen.record("resolve")
            return .json(200, Self.escalation)
        }
        try await withService(router) { upstream, loop in
            try await withLossyProxy(to: upstream) { proxy, address in
                let client = GanglionClient(address, on: loop)
                await proxy.set(.toClient, .cut(after: 0))
                _ = try await client.start([:])
                #expect(seen.events == ["start", "start"])
                await proxy.set(.toClient, .cut(after: 0))
                await #expect(throws: GanglionError.self) {
                    try await client.resolve("esc_1", .skip, by: "ops", reason: "enough")
                }
                #expect(seen.events == ["start", "start", "resolve"])
            }
        }
    }

    @Test("A service that is not there is unreachable")
    func unreachable() async throws {
        var options = GanglionClient.Options()
        options.retryFor = .zero
        let client = try GanglionClient("http://127.0.0.1:\(freePort())", options: options)
        let error = await #expect(throws: GanglionError.self) { try await client.workflow("wf_1") }
        guard case .unreachable = error else { return #expect(Bool(false), "\(error as Any)") }
    }

    @Test("Waits for the end, however often it has to ask")
    func waiting() async throws {
        try await withAnswers(
            .json(200, Self.running), .json(200, Self.running), .json(200, Self.workflow)
        ) { client, seen in
            let status = try await client.waitForEnd(of: "wf_0_a")
            #expect(status.status == .completed)
            #expect(seen.events.map(\.target) == Array(repeating: "/v1/workflows/wf_0_a?wait=30000ms", count: 3))
        }
        try await withAnswers(.json(200, Self.running), .json(200, Self.running)) { client, seen in
            let status = try await client.waitForEnd(of: "wf_0_a", atMost: .zero)
            #expect(status.status == .running)
            #expect(seen.events.map(\.target) == ["/v1/workflows/wf_0_a"])
        }
    }

    @Test("Whatever stands in an argument, it stays within its part of the target")
    func targets() async throws {
        try await withAnswers(
            .json(200, ["workflows": [], "next_cursor": "n&1"]), .json(200, ["events": [], "next_cursor": nil])
        ) { client, seen in
            let page = try await client.workflows(
                status: .escalated, labels: ["b": "x y&z", "a": "é"], limit: 5, cursor: "c=1")
            #expect(page.items.isEmpty && page.nextCursor == "n&1")
            let history = try await client.history(of: "../agents?x#y")
            #expect(history.nextCursor == nil)
            #expect(
                seen.events.map(\.target) == [
                    "/v1/workflows?status=escalated&label=a%3A%C3%A9&label=b%3Ax%20y%26z&limit=5&cursor=c%3D1",
                    "/v1/workflows/..%2Fagents%3Fx%23y/history",
                ])
        }
    }
}

extension ClientTests {
    @Test("Agents register, are seen, and leave")
    func agents() async throws {
        let agent: JSONDocument = [
            "id": "agent_1", "name": "a", "capabilities": ["read"], "slots": 2, "status": "alive",
            "registered_at": "2026-11-23T16:59:50.000Z", "heartbeat_at": "2026-11-23T17:00:05.000Z",
        ]
        try await withAnswers(
            .json(201, ["id": "agent_1", "heartbeat_interval": "5s", "lost_after": "15s"]), .json(200, agent),
            .json(200, ["agents": [agent], "next_cursor": nil]),
            .json(200, ["status": "draining", "cancel": ["t1"], "heartbeat_interval": "250ms", "lost_after": "1m"]),
            Response(status: .noContent)
        ) { client, seen in
            let registration = try await client.register(name: "a", capabilities: ["read"], slots: 2)
            #expect(registration.heartbeatInterval == .seconds(5) && registration.lostAfter == .seconds(15))
            #expect(try await client.agent("agent_1").status == .alive)
            #expect(try await client.agents().items.map(\.capabilities) == [["read"]])
            let answer = try await client.heartbeat(of: "agent_1", running: ["t1"])
            #expect(answer.status == .draining && answer.cancel == ["t1"])
            #expect(answer.heartbeatInterval == .milliseconds(250) && answer.lostAfter == .seconds(60))
            try await client.deregister("agent_1")
            #expect(seen.events[0].json.text == #"{"name":"a","capabilities":["read"],"slots":2}"#)
            #expect(seen.events[3].json.text == #"{"running":["t1"]}"#)
            #expect(seen.events[4].description == "DELETE /v1/agents/agent_1")
        }
    }

    @Test("What agents say of themselves is sent, and read again with how their attempts ended")
    func agentDetails() async throws {
        let agent: JSONDocument = [
            "id": "agent_1", "name": "a", "capabilities": ["read", "write"], "slots": 4, "slots_used": 2,
            "constraints": ["read": ["model": "big"]], "slot_costs": ["write": 2], "version": "1.2",
            "labels": ["ring": "canary"], "metadata": ["host": "h"], "status": "alive", "load": ["cpu": 0.5],
            "reliability": [
                "read": ["score": 0.9, "succeeded": 8.5, "failed": 1, "retried": 0.5, "latency": "120ms"],
                "write": ["score": 0.5, "succeeded": 0, "failed": 1, "retried": 0],
            ],
            "registered_at": "2026-11-23T16:59:50.000Z", "heartbeat_at": "2026-11-23T17:00:05.000Z",
        ]
        try await withAnswers(
            .json(201, ["id": "agent_1", "heartbeat_interval": "5s", "lost_after": "15s"]), .json(200, agent),
            .json(200, ["status": "alive", "cancel": [], "heartbeat_interval": "5s", "lost_after": "15s"])
        ) { client, seen in
            let details = AgentDetails(
                constraints: ["read": ["model": "big"]], slotCosts: ["write": 2], version: "1.2",
                labels: ["ring": "canary"], metadata: ["host": "h"])
            _ = try await client.register(name: "a", capabilities: ["read", "write"], slots: 4, details: details)
            let known = try await client.agent("agent_1")
            #expect(known.details == details && known.slotsUsed == 2 && known.load == ["cpu": 0.5])
            let reading = try #require(known.reliability["read"])
            #expect(reading.score == 0.9 && reading.retried == 0.5 && reading.latency == .milliseconds(120))
            #expect(known.reliability["write"]?.latency == nil)
            try await client.heartbeat(of: "agent_1", load: ["cpu": 0.5])
            #expect(
                seen.events[0].json.text == #"""
                    {"name":"a","capabilities":[{"task_type":"read","constraints":{"model":"big"}},\#
                    {"task_type":"write","slot_cost":2}],"version":"1.2","labels":{"ring":"canary"},\#
                    "metadata":{"host":"h"},"slots":4}
                    """#)
            #expect(seen.events[2].json.text == #"{"running":[],"load":{"cpu":0.5}}"#)
        }
    }

    @Test("Tasks are taken, answered, and told of")
    func tasks() async throws {
        let task: JSONDocument = [
            "task_id": "t1", "workflow_id": "wf_1", "step_id": "s", "task_type": "read", "attempt": 2,
            "payload": ["text": "x"], "deadline": "2026-11-23T17:05:00.000Z", "traceparent": "00-1",
        ]
        let refused: JSONDocument = [
            "task_id": "t0", "attempt": 1, "type": "/problems/already-answered", "title": "Already answered",
            "status": 409, "detail": "Attempt 2 was accepted.", "accepted_attempt": 2,
        ]
        try await withAnswers(
            .json(200, ["tasks": [task], "accepted": ["t9"], "refused": [refused], "cancel": ["t8"]]),
            .json(200, ["status": "duplicate"]), .json(200, ["status": "accepted"]), .json(200, ["status": "accepted"])
        ) { client, seen in
            let finished = [
                FinishedTask(taskID: "t9", attempt: 1, outcome: .result(["k": 1]), usage: ["tokens": 812]),
                FinishedTask(
                    taskID: "t0", attempt: 1,
                    outcome: .failure(TaskError(code: "", message: "m", retryAfter: .seconds(10)))),
            ]
            let answer = try await client.take("a", max: 3, running: ["t8"], finished: finished, wait: .seconds(2))
            #expect(answer.tasks.map(\.attempt) == [2] && answer.tasks[0].payload["text"].string == "x")
            #expect(answer.tasks[0].traceparent == "00-1")
            #expect(answer.accepted == ["t9"] && answer.cancel == ["t8"])
            #expect(answer.refused[0].acceptedAttempt == 2 && answer.refused[0].status == 409)
            #expect(try await client.complete("t1", attempt: 2, agent: "a", result: [1]) == .duplicate)
            let error = TaskError(code: "odd", message: String(repeating: "é", count: 3000), retryable: false)
            #expect(try await client.fail("t1", attempt: 2, agent: "a", error: error) == .accepted)
            try await client.reportProgress(of: "t1", attempt: 2, agent: "a", percent: 5, extend: .seconds(60))

            let bodies = seen.events.map(\.json)
            #expect(
                bodies[0].text
                    == #"{"max":3,"running":["t8"],"finished":[{"task_id":"t9","attempt":1,"result":{"k":1},"#
                    + #""usage":{"tokens":812}},{"task_id":"t0","attempt":1,"error":{"code":"agent_error","#
                    + #""message":"m","retryable":true,"retry_after":"10000ms"}}]}"#)
            #expect(bodies[1].text == #"{"agent_id":"a","attempt":2,"result":[1]}"#)
            #expect(bodies[2]["error"]["message"].string?.utf8.count == 4096)
            #expect(bodies[2]["error"]["retryable"].bool == false)
            #expect(bodies[3].text == #"{"agent_id":"a","attempt":2,"percent":5,"extend":"60000ms"}"#)
        }
    }

    @Test("Questions are asked and answered, and steps are added, as the API has it")
    func questionsAndSteps() async throws {
        let step: JSONDocument = ["id": "plan", "status": "completed", "attempts": 0, "result": [1]]
        let added: JSONDocument = ["workflow_id": "wf_1", "status": "running", "revision": 2, "steps": [step]]
        try await withAnswers(
            .json(200, ["status": "accepted", "escalation_id": "esc_1"]), .json(200, Self.escalation),
            .json(201, added), .json(200, Self.workflow), .json(200, Self.workflow)
        ) { client, seen in
            let question = TaskQuestion("Which?", options: ["a", 1], context: ["page": 4])
            #expect(try await client.escalate("t1", attempt: 2, agent: "a", question: question) == .accepted)
            try await client.resolve("esc_1", .answer(["x": 1]), by: "ops", reason: "it says so")
            let answer = try await client.addSteps(
                [["id": "plan", "result": [1]]], to: "wf_1", wait: .seconds(2))
            #expect(answer.steps[0].result == [1] && answer.steps[0].taskType == nil)
            try await client.completeWorkflow("wf_1", output: "o")
            try await client.failWorkflow("wf_1", code: "c", message: "m")

            #expect(seen.events[0].description == "POST /v1/tasks/t1/escalate")
            #expect(seen.events[2].description == "POST /v1/workflows/wf_1/steps?wait=2000ms")
            #expect(
                seen.events.map(\.json.text) == [
                    #"{"agent_id":"a","attempt":2,"question":"Which?","options":["a",1],"context":{"page":4}}"#,
                    #"{"action":"answer","answer":{"x":1},"by":"ops","reason":"it says so"}"#,
                    #"{"steps":[{"id":"plan","result":[1]}]}"#, #"{"output":"o"}"#,
                    #"{"error":{"code":"c","message":"m"}}"#,
                ])
        }
    }

    @Test("Speaks over a unix socket")
    func unixSocket() async throws {
        let seen = EventLog<Seen>()
        var router = Router.fake()
        router.on(.post, "/v1/workflows/{id}/cancel") { request in
            seen.record(Seen(request))
            return .json(200, Self.workflow)
        }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try await withService(router, at: .unix(path: folder.file("s"))) { _, _ in
            let client = try GanglionClient("http+unix://\(folder.file("s"))")
            try await client.cancel("wf_1", by: "ops", reason: "twice")
            #expect(seen.events[0].json.text == #"{"by":"ops","reason":"twice"}"#)
        }
    }
}

extension HTTPField.Name {
    static let idempotencyKey = HTTPField.Name("Idempotency-Key") ?? .accept
    static let traceparent = HTTPField.Name("traceparent") ?? .accept
}
