import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import TestKit
import Testing

/// Who gets a task, and what is known of agents for that.
@Suite("Routing", .serialized, .timeLimit(.minutes(1)))
struct RoutingTests {
    @Test("An agent is shown with all that it said of itself, its load and how its attempts ended")
    func registry() async throws {
        try await withService { service in
            let registered = try await service.post(
                "/v1/agents",
                [
                    "name": "translator",
                    "capabilities": [
                        ["task_type": "read", "constraints": ["model": "big", "languages": ["de", "en"]]],
                        ["task_type": "write", "slot_cost": 2], "check",
                    ],
                    "slots": 4, "version": "1.2", "labels": ["ring": "canary"], "metadata": ["host": "h1"],
                ])
            let id = try #require(registered["id"].string)
            let fresh = try await service.get("/v1/agents/\(id)")
            #expect(fresh["capabilities"] == ["read", "write", "check"])
            #expect(fresh["constraints"] == ["read": ["model": "big", "languages": ["de", "en"]]])
            #expect(fresh["slot_costs"] == ["write": 2])
            #expect(fresh["version"] == "1.2" && fresh["labels"] == ["ring": "canary"])
            #expect(fresh["metadata"] == ["host": "h1"] && fresh["load"] == .null)
            #expect(fresh["slots_used"] == 0 && fresh["reliability"] == [:])

            _ = try await service.start("write")
            let task = try await service.take(id)[0]
            _ = try await service.post("/v1/agents/\(id)/heartbeat", ["load": ["cpu": .double(0.5), "queue": 3]])
            let busy = try await service.get("/v1/agents/\(id)")
            #expect(busy["slots_used"] == 2 && busy["load"] == ["cpu": .double(0.5), "queue": 3])
            #expect(try await service.complete(task, by: id, "done").status == 200)
            try await eventually {
                try await service.get("/v1/agents/\(id)")["reliability"]["write"]["score"] == 1
            }
        }
    }

    @Test("A step is done by an agent that has what it requires, and says what is missing as long as none is there")
    func requires() async throws {
        try await withService { service in
            let other = try await service.register("read", slots: 4)
            let started = try await service.post(
                "/v1/workflows",
                [
                    "name": "w",
                    "steps": [["id": "a", "task_type": "read", "requires": ["model": "big"], "payload": 1]],
                ])
            let id = try #require(started["id"].string)
            #expect(try await service.post("/v1/agents/\(other)/tasks", [:])["tasks"] == [])
            let why = try #require(try await service.get("/v1/workflows/\(id)/why")["steps"].elements.first)
            #expect(why["reason"] == "unmet_requirement" && why["missing"] == ["model 'big'"])
            let registered = try await service.post(
                "/v1/agents",
                ["name": "big", "capabilities": [["task_type": "read", "constraints": ["model": ["big", "small"]]]]])
            let big = try #require(registered["id"].string)
            #expect(try await service.take(big).count == 1)
        }
    }

    @Test("A task that is directed to an agent says so, and whoever else asks gets nothing until its time is over")
    func directed() async throws {
        try await withService { service in
            let ada = try await service.register("read")
            let settings = try await service.put(
                "/v1/task-types/read", ["dispatch": ["mode": "least_loaded", "wait": "1m"]])
            #expect(settings["settings"]["dispatch"] == ["mode": "least_loaded", "wait": "1m"])
            let id = try await service.start("read")
            let why = try #require(try await service.get("/v1/workflows/\(id)/why")["steps"].elements.first)
            #expect(why["reason"] == "waits_for_agent" && why["agent_id"] == .string(ada))
            #expect(why["until"].string != nil)
            let bob = try await service.register("read")
            #expect(try await service.post("/v1/agents/\(bob)/tasks", [:])["tasks"] == [])
            #expect(try await service.take(ada).count == 1)
        }
    }
}
