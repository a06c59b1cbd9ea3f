import HTTP
import HTTPTypes
import HTTPWire
import JSON
import OrderedCollections
import Testing

/// Lists by filters and pages, and HEAD wherever GET is.
@Suite("Lists", .service, .timeLimit(.minutes(1)))
struct ListTests {
    /// All pages of a list, each of at most `limit`.
    private func pages(_ target: String, _ name: String, limit: Int) async throws -> [[JSONValue]] {
        let service = try suiteService()
        var pages: [[JSONValue]] = []
        var cursor: String?
        repeat {
            let next = cursor.map { "&cursor=\(PercentEncoding.encode($0))" } ?? ""
            let answer = try await service.get("\(target)limit=\(limit)\(next)")
            try #require(answer.status == 200, "\(answer)")
            #expect(answer[name].elements.count <= limit)
            pages.append(answer[name].elements)
            cursor = answer["next_cursor"].string
        } while cursor != nil && pages.count < 100
        return pages
    }

    @Test("Workflows by status, labels and both, newest first, in pages that miss nothing")
    func workflows() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        var ids: [JSONValue] = []
        for number in 0..<7 {
            let plan: JSONValue = [
                "name": .string("w\(number)"),
                "labels": ["test": .string(type), "kind": number % 2 == 0 ? "even" : "odd"],
                "steps": [["id": "a", "task_type": .string(type)]],
            ]
            ids.append(.string(try await service.start(plan)))
        }
        try await service.cancel(ids[2].string ?? "")
        func listed(_ filter: String, limit: Int = 3) async throws -> [JSONValue] {
            try await pages("/v1/workflows?label=test:\(type)&\(filter)&", "workflows", limit: limit).flatMap { $0 }.map
            {
                $0["id"]
            }
        }
        // Those of one millisecond stand in the order of their ids.
        #expect(Set(try await listed("")) == Set(ids))
        #expect(try await listed("").count == 7)
        #expect(try await listed("", limit: 7).count == 7)
        #expect(Set(try await listed("label=kind:even")) == [ids[0], ids[2], ids[4], ids[6]])
        #expect(try await listed("label=kind:even&status=cancelled") == [ids[2]])
        #expect(try await listed("label=kind:odd&status=cancelled") == [])
        #expect(try await listed("status=running").count == 6)
        #expect(try await listed("label=kind:none") == [])
        let times = try await pages("/v1/workflows?", "workflows", limit: 2).flatMap { $0 }.map {
            $0["created_at"].string ?? ""
        }
        #expect(times == times.sorted(by: >))
        let byStatus = try await pages("/v1/workflows?status=cancelled&", "workflows", limit: 1000).flatMap { $0 }
        #expect(byStatus.map { $0["id"] } == [ids[2]])
        #expect(byStatus[0]["ended_at"].string != nil)
    }

    @Test(
        "A label is found by its value, whatever characters that has",
        arguments: ["", " ", "a b", "a:b:c", "/?#[]@!$&'()*+,;=%", "\"\\\u{1}", "größe 🐙", "{p0}", "*", "{{x}}"])
    func oddLabels(_ value: String) async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let workflow = try await service.start([
            "name": .string(value.isEmpty ? "empty" : value), "labels": ["odd": .string(value), "test": .string(type)],
            "steps": [["id": "a", "task_type": .string(type)]],
        ])
        let query = "label=odd:\(PercentEncoding.encode(value))&label=test:\(type)"
        let listed = try await service.get("/v1/workflows?\(query)")["workflows"].elements
        #expect(listed.map { $0["id"] } == [.string(workflow)])
        #expect(listed.first?["labels"]["odd"] == .string(value))
        #expect(
            try await service.get("/v1/workflows?label=odd:\(PercentEncoding.encode("x" + value))&label=test:\(type)")[
                "workflows"] == [])
    }

    @Test("A history's pages make the whole, oldest first, and end")
    func history() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type, step: ["retry": ["initial_backoff": "0ms"]])
        try await service.fail(try await service.take(agent)[0], by: agent, retryable: true)
        try await service.complete(try await service.take(agent)[0], by: agent, 1)
        let whole = try await service.events(workflow)
        #expect(
            whole.map { $0["type"].string ?? "" } == [
                "workflow_started", "step_queued", "step_started", "attempt_failed", "step_queued", "step_started",
                "step_completed", "workflow_completed",
            ])
        let paged = try await pages("/v1/workflows/\(workflow)/history?", "events", limit: 3)
        #expect(paged.map(\.count) == [3, 3, 2])
        #expect(paged.flatMap { $0 } == whole)
        let last = whole.last?["id"].string ?? ""
        let behind = try await service.get("/v1/workflows/\(workflow)/history?cursor=\(last)")
        #expect(behind.body == ["events": [], "next_cursor": nil])
    }

    @Test("Agents in pages, newest first")
    func agents() async throws {
        let service = try suiteService()
        var ids: Set<JSONValue> = []
        for _ in 0..<5 { ids.insert(.string(try await service.register(TaskType.unique(), "b", slots: 3))) }
        let listed = try await pages("/v1/agents?", "agents", limit: 2).flatMap { $0 }
        #expect(Set(listed.map { $0["id"] }).isSuperset(of: ids))
        #expect(Set(listed.map { $0["id"] }).count == listed.count)
        let one = try #require(listed.first { ids.contains($0["id"]) })
        #expect(one["status"] == "alive")
        #expect(one["slots"] == 3)
        #expect(one["capabilities"][1] == "b")
        #expect(try await service.get("/v1/agents/\(one["id"].string ?? "")").body == one)
    }

    @Test("Escalations in pages, newest first, each once")
    func escalations() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 3)
        let step: (String) -> JSONValue = { ["id": .string($0), "task_type": .string(type)] }
        let workflow = try await service.start(["name": "a", "steps": [step("a"), step("b"), step("c")]])
        for task in try await service.take(agent, max: 3) { try await service.fail(task, by: agent, retryable: false) }
        let listed = try await pages("/v1/escalations?workflow_id=\(workflow)&", "escalations", limit: 2)
        #expect(Set(listed.flatMap { $0 }.map { $0["step_id"] }) == ["a", "b", "c"])
        #expect(listed.flatMap { $0 }.count == 3)
        let all = try await pages("/v1/escalations?", "escalations", limit: 1).flatMap { $0 }
        #expect(Set(all.map { $0["id"] }).count == all.count)
        #expect(Set(all.map { $0["id"] }).isSuperset(of: listed.flatMap { $0 }.map { $0["id"] }))
    }

    @Test("HEAD gives the head of GET, and no body")
    func head() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let workflow = try await service.start(type)
        try await service.fail(try await service.take(agent)[0], by: agent, retryable: false)
        let escalation = try await service.workflow(workflow)["steps"][0]["escalation_id"].string ?? ""
        let targets = [
            "/v1/workflows?label=x:y", "/v1/workflows/\(workflow)", "/v1/workflows/\(workflow)/history",
            "/v1/agents/\(agent)", "/v1/escalations?workflow_id=\(workflow)", "/v1/escalations/\(escalation)",
            "/healthz", "/readyz", "/openapi.yaml", "/v1/workflows/wf_x", "/v1/workflows?limit=0", "/nowhere",
        ]
        for target in targets {
            let (get, head) = (try await service.get(target), try await service.send(.head, target))
            #expect(head.status == get.status, "\(target)")
            #expect(head.bytes.isEmpty)
            for name in [HTTPField.Name.contentType, .contentLength, .eTag, .retryAfter] {
                #expect(head.headerFields[name] == get.headerFields[name], "\(target) \(name)")
            }
        }
        #expect(try await service.send(.head, "/metrics").status == 200)
        #expect(try await service.send(.head, "/v1/agents").status == 200)
        let unchanged = try await service.send(.head, "/v1/workflows/\(workflow)", [.ifNoneMatch: "*"])
        #expect(unchanged.status == 304)
    }
}
