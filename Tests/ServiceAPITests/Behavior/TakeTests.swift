import HTTP
import JSON
import OrderedCollections
import Sockets
import TestKit
import Testing

/// How tasks come to agents and answers back.
@Suite("Taking tasks", .service, .timeLimit(.minutes(1)))
struct TakeTests {
    @Test("A take that waits gets a new task at once")
    func woken() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        var times: [Duration] = []
        for _ in 0..<20 {
            let (answer, start) = try await service.whileTaking(agent) {
                let start = ContinuousClock.now
                _ = try await service.start(type)
                return start
            }
            times.append(.now - start)
            #expect(answer["tasks"].elements.count == 1)
            #expect(answer["tasks"][0]["attempt"] == 1)
            try await service.complete(answer["tasks"][0], by: agent, nil)
        }
        times.sort()
        print("from a start to the waiting agent and both answers: median \(times[10]), fastest \(times[0])")
    }

    @Test("A take gives at most what is wanted, and what free slots allow")
    func slots() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 3)
        for _ in 0..<5 { _ = try await service.start(type) }
        func take(_ max: Int, _ running: [JSONValue]) async throws -> [JSONValue] {
            let body: JSONValue = ["max": .integer(Int64(max)), "running": .array(running)]
            return try await service.post("/v1/agents/\(agent)/tasks", body)["tasks"].elements
        }
        let first = try await take(2, [])
        #expect(first.count == 2)
        let second = try await take(1000, first.map { $0["task_id"] })
        #expect(second.count == 1)
        let all = (first + second).map { $0["task_id"] }
        #expect(Set(all).count == 3)
        #expect(try await take(5, all).isEmpty)
        #expect(try await take(0, []).isEmpty)
        try await service.complete(first[0], by: agent, nil)
        #expect(try await take(5, Array(all.dropFirst())).count == 1)
    }

    @Test("Several are handed in at once, each for itself, and the next come with the answer")
    func handIn() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 3)
        let step: (String) -> JSONValue = { ["id": .string($0), "task_type": .string(type)] }
        let workflow = try await service.start(["name": "a", "steps": [step("a"), step("b"), step("c"), step("d")]])
        let tasks = try await service.take(agent, max: 3)
        func finished(_ task: JSONValue, _ name: String, _ value: JSONValue) -> JSONValue {
            ["task_id": task["task_id"], "attempt": task["attempt"], .init(name): value]
        }
        let unknown: JSONValue = ["task_id": .string(BadBodies.task)]
        let answer = try await service.post(
            "/v1/agents/\(agent)/tasks?wait=10s",
            [
                "max": 3,
                "finished": [
                    finished(tasks[0], "result", "first"),
                    ["task_id": tasks[1]["task_id"], "attempt": 9, "result": "of no attempt"],
                    ["task_id": unknown["task_id"], "attempt": 1, "result": "of nothing"],
                    finished(tasks[2], "error", ["code": "a", "message": "b", "retryable": true, "retry_after": "1h"]),
                    finished(tasks[0], "result", "first"),
                ],
            ])
        #expect(answer["accepted"] == [tasks[0]["task_id"], tasks[2]["task_id"], tasks[0]["task_id"]])
        #expect(answer["duplicates"] == [tasks[0]["task_id"]])
        #expect(answer["refused"].elements.map { $0["task_id"] } == [tasks[1]["task_id"], unknown["task_id"]])
        #expect(answer["refused"].elements.map { $0["status"] } == [409, 404])
        #expect(answer["refused"][0]["attempt"] == 9)
        // The second was not named as running, and so it is given once more; the fourth is new.
        #expect(Set(answer["tasks"].elements.map { $0["step_id"] }) == ["b", "d"])
        let steps = try await service.workflow(workflow)["steps"].elements
        #expect(steps.map { $0["status"] } == ["completed", "running", "backing_off", "running"])
    }

    @Test("A client that goes away while it waits takes no task with it")
    func goneWhileWaiting() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let (gone, other) = (try await service.register(type), try await service.register(type))
        try await service.forgetHearing(of: gone)
        try await service.withTake(gone, "{}", wait: "30s") { stream in
            try await service.untilHeard(gone)
            try await stream.shutdownWrite()
            // The service has seen it when it closes its side.
            while try await !stream.read(timeout: .seconds(20)).isEmpty {}
        }
        _ = try await service.start(type)
        let task = try await service.take(other)[0]
        #expect(task["attempt"] == 1)
        #expect(try await service.post("/v1/agents/\(gone)/tasks", [:])["tasks"] == [])
    }

    /// Of a time as the API writes it: `2026-11-23T17:00:30.125Z`.
    private static func millisecondOfMinute(_ time: JSONValue) -> Int? {
        time.string.flatMap { Int($0.dropLast().suffix(6).filter { $0 != "." }) }
    }

    @Test("A task whose answer was lost is given again, as the same attempt")
    func lostAnswer() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 2)
        let workflow = try await service.start(type)
        try await service.withTake(agent, "{}", wait: "0s") { _ in
            try await eventually { try await service.workflow(workflow)["steps"][0]["status"] == "running" }
        }
        let again = try await service.take(agent)[0]
        #expect(again["attempt"] == 1)
        let deadline = try await service.workflow(workflow)["steps"][0]["deadline"]
        // Redis tells how long ago it was given, and a millisecond may pass while it counts back.
        let difference = try #require(Self.millisecondOfMinute(again["deadline"]))
        let expected = try #require(Self.millisecondOfMinute(deadline))
        #expect([0, 1, 59_999].contains(abs(difference - expected)))
        let named = try await service.post("/v1/agents/\(agent)/tasks", ["running": [again["task_id"]]])
        #expect(named["tasks"] == [])
        let heartbeat = try await service.post("/v1/agents/\(agent)/heartbeat", [:])
        #expect(heartbeat["cancel"] == [])
        #expect(try await service.complete(again, by: agent, nil).status == 200)
    }

    @Test("A cancelled workflow's task is to be stopped: a waiting take hears of it at once, and a heartbeat next time")
    func stop() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 2)
        let workflow = try await service.start(type)
        let task = try await service.take(agent)[0]
        let (answer, _) = try await service.whileTaking(agent, ["max": 1, "running": [task["task_id"]]]) {
            try await service.cancel(workflow)
        }
        #expect(answer["cancel"] == [task["task_id"]])
        #expect(answer["tasks"] == [])
        let heartbeat = try await service.post("/v1/agents/\(agent)/heartbeat", ["running": [task["task_id"]]])
        #expect(heartbeat["cancel"] == [task["task_id"]])
        #expect(heartbeat["status"] == "alive")
        #expect(heartbeat["heartbeat_interval"] == "5s" && heartbeat["lost_after"] == "15s")
    }

    @Test("Progress is shown with the step; extend moves the deadline for the agent that needs more time")
    func progress() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type, step: ["timeout": "1m"])
        let task = try await service.take(agent)[0]
        let before = try await service.workflow(workflow)["steps"][0]["deadline"].string ?? ""
        #expect(try await service.progress(task, by: agent, ["percent": 50, "message": "12 of 24"]).status == 200)
        let halfway = try await service.workflow(workflow)["steps"][0]
        #expect(halfway["progress"]["percent"] == 50)
        #expect(halfway["progress"]["message"] == "12 of 24")
        #expect(halfway["deadline"] == .string(before))
        try await service.progress(task, by: agent, ["extend": "1h"])
        let extended = try await service.workflow(workflow)["steps"][0]
        #expect(extended["deadline"].string ?? "" > before)
        #expect(try await service.events(workflow).filter { $0["type"] == "step_progressed" }.count == 2)
    }

    @Test("The units of usage are the agents' to name, as many as are kept apart")
    func usage() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        _ = try await service.start(type)
        let task = try await service.take(agent)[0]
        let answer = try await service.post(
            "/v1/tasks/\(task["task_id"].string ?? "")/complete",
            [
                "agent_id": .string(agent), "attempt": 1, "result": nil,
                "usage": ["tokens": 812, "dollars": .double(0.25), "zero": 0],
            ])
        #expect(answer.body == ["status": "accepted"])
    }
}
