import HTTP
import HTTPTypes
import JSON
import OrderedCollections
import Testing

/// What people do about escalations before they resolve them.
@Suite("Handling escalations", .service, .timeLimit(.minutes(1)))
struct HandlingTests {
    private struct Escalated {
        let workflow: String
        let agent: String
        let type: String
        let path: String
    }

    private func escalated(_ rules: JSONObject = [:], name: String = "a") async throws -> Escalated {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type, slots: 2)
        let workflow = try await service.start([
            "name": .string(name), "labels": ["type": .string(type)],
            "steps": [
                ["id": "read", "task_type": .string(type)],
                [
                    "id": "use", "task_type": .string(type), "after": ["read"], "payload": "scan",
                    "escalation": .object(rules),
                ],
            ],
        ])
        try await service.complete(try await service.take(agent)[0], by: agent, ["pages": 3])
        try await service.fail(try await service.take(agent)[0], by: agent, retryable: false)
        let id = try #require(try await service.workflow(workflow)["steps"][1]["escalation_id"].string)
        return Escalated(workflow: workflow, agent: agent, type: type, path: "/v1/escalations/\(id)")
    }

    private func post(
        _ escalated: Escalated, _ act: String, _ body: JSONObject = [:], by person: String = "ann",
        ifMatch: String? = nil
    ) async throws -> Answer {
        var body = body
        body["by"] = .string(person)
        if act == "resolve" { body["reason"] = "because" }
        var fields = HTTPFields()
        if let ifMatch { fields[.ifMatch] = ifMatch }
        return try await suiteService().post("\(escalated.path)/\(act)", .object(body), fields)
    }

    @Test("One carries what a person needs: results so far, what may be done, where to look")
    func needs() async throws {
        let service = try suiteService()
        let open = try await escalated(["assignee": "law"], name: "review")
        let read = try await service.get(open.path)
        #expect(read["results"] == ["read": ["pages": 3]])
        #expect(read["actions"] == ["retry", "complete", "skip", "fail"])
        #expect(read["workflow_name"] == "review")
        #expect(read["labels"] == ["type": .string(open.type)])
        #expect(read["task_type"] == .string(open.type))
        #expect(read["assignee"] == "law")
        #expect(read["tier"] == 1)
        #expect(read["quorum"] == 1)
        #expect(read["votes"] == [])
        #expect(read["comments"] == [])
        #expect(read["links"]["workflow"] == .string("/v1/workflows/\(open.workflow)"))
        #expect(read.headerFields[.eTag] == "\"1\"")
        #expect(read["version"] == 1)
    }

    @Test("Whoever has claimed it resolves it; others are told by whom it is claimed, until it is given back")
    func claim() async throws {
        let service = try suiteService()
        let open = try await escalated()
        let claimed = try await post(open, "claim", ["for": "10m"])
        #expect(claimed.status == 200)
        #expect(claimed["claim"]["by"] == "ann")
        #expect(claimed.headerFields[.eTag] == "\"2\"")
        for answer in [
            try await post(open, "claim", by: "bob"), try await post(open, "resolve", ["action": "skip"], by: "bob"),
            try await post(open, "release", by: "bob"),
        ] {
            #expect(answer.status == 409)
            #expect(answer.type == "/problems/claimed")
            #expect(answer["claimed_by"] == "ann")
            #expect(answer["claimed_until"] == claimed["claim"]["until"])
        }
        #expect(try await post(open, "release")["claim"].isNull)
        #expect(try await post(open, "claim", by: "bob")["claim"]["by"] == "bob")
        let reassigned = try await post(open, "reassign", ["to": "eve"])
        #expect(reassigned["claim"].isNull)
        #expect(reassigned["assignee"] == "eve")
        #expect(try await post(open, "reassign", ["to": nil])["assignee"].isNull)
        #expect(try await post(open, "resolve", ["action": "skip"], by: "bob").status == 200)
        for act in ["claim", "release", "comments"] {
            let late = try await post(open, act, act == "comments" ? ["text": "late"] : [:])
            #expect(late.status == 409)
            #expect(late.detail.hasPrefix("The escalation was resolved by bob with 'skip' at 2"))
        }
        let types = try await service.events(open.workflow).compactMap { $0["type"].string }
        let wanted = ["claimed", "released", "claimed", "reassigned", "reassigned", "resolved"]
        #expect(types.filter { $0.hasPrefix("escalation_") }.dropFirst() == wanted.map { "escalation_\($0)" }[...])
    }

    @Test("Of two who claim at once one has it")
    func race() async throws {
        let open = try await escalated()
        async let left = post(open, "claim", by: "ann")
        async let right = post(open, "claim", by: "bob")
        #expect(try await [left.status, right.status].sorted() == [200, 409])
    }

    @Test("Comments are there in their order, also after the end")
    func comments() async throws {
        let open = try await escalated()
        _ = try await post(open, "comments", ["text": "see page 3"])
        let said = try await post(open, "comments", ["text": "and \"4\""], by: "bob")
        #expect(said["comments"].elements.map { $0["text"] } == ["see page 3", "and \"4\""])
        #expect(said["comments"][1]["by"] == "bob")
        #expect(try await post(open, "comments", ["text": "and \"4\""], by: "bob")["comments"] == said["comments"])
        #expect(try await post(open, "resolve", ["action": "skip"])["comments"] == said["comments"])
    }

    @Test("With If-Match nothing is done to what has changed meanwhile")
    func conditions() async throws {
        let open = try await escalated()
        #expect(try await post(open, "comments", ["text": "a"], ifMatch: "\"1\"").status == 200)
        for (act, body) in [("claim", [:]), ("resolve", ["action": "skip"])] as [(String, JSONObject)] {
            let late = try await post(open, act, body, ifMatch: "\"1\"")
            #expect(late.status == 412)
            #expect(late.type == "/problems/changed-since")
            #expect(late["version"] == 2)
            #expect(late.headerFields[.eTag] == "\"2\"")
        }
        #expect(try await post(open, "claim", ifMatch: "1").status == 400)
        #expect(try await post(open, "claim", ifMatch: "*").status == 200)
        #expect(try await post(open, "resolve", ["action": "skip"], ifMatch: "\"3\"").status == 200)
    }

    @Test("Where two have to agree the first has voted, and the second resolves it")
    func quorum() async throws {
        let service = try suiteService()
        let open = try await escalated(["quorum": 2])
        let voted = try await post(open, "resolve", ["action": "complete", "result": 1])
        #expect(voted.status == 202)
        #expect(voted["status"] == "open")
        #expect(voted["votes"][0]["by"] == "ann")
        #expect(voted["votes"][0]["result"] == 1)
        #expect(try await post(open, "resolve", ["action": "skip"], by: "bob").status == 202)
        #expect(try await post(open, "resolve", ["action": "complete", "result": 1]).status == 202)
        let agreed = try await post(open, "resolve", ["action": "complete", "result": 1], by: "bob")
        #expect(agreed.status == 200)
        #expect(agreed["votes"].elements.count == 2)
        #expect(try await service.workflow(open.workflow)["status"] == "completed")
    }

    @Test("A list has what is asked for, by pages")
    func filters() async throws {
        let service = try suiteService()
        let open = try await escalated(["assignee": "filterer"])
        let label = "label=type:\(open.type)"
        func found(_ query: String) async throws -> Int {
            try await service.get("/v1/escalations?\(query)")["escalations"].elements.count
        }
        for query in [
            label, "assignee=filterer", "\(label)&kind=exhausted&tier=1&workflow_name=a", "\(label)&newer_than=1h",
            "\(label)&claimed=false", "\(label)&older_than=0s",
        ] {
            #expect(try await found(query) == 1, "\(query)")
        }
        for query in ["kind=question", "tier=2", "workflow_name=b", "older_than=1h", "claimed=true", "status=resolved"]
        {
            #expect(try await found("\(label)&\(query)") == 0, "\(query)")
        }
        _ = try await post(open, "claim")
        #expect(try await found("\(label)&claimed=true") == 1)
    }

    @Test("Many are resolved as a preview showed them; what has changed since is left as it is")
    func bulk() async throws {
        let service = try suiteService()
        let opened = [try await escalated(name: "bulk"), try await escalated(name: "bulk")]
        let preview: JSONValue = ["preview": true, "filter": ["workflow_name": "bulk", "kind": "exhausted"]]
        let path = "/v1/escalations/resolve"
        let shown = try await service.post(path, preview)
        #expect(shown["escalations"].elements.count == 2)
        #expect(shown["more"] == false)
        _ = try await post(opened[1], "comments", ["text": "wait"])
        let late = try await escalated(name: "bulk")
        var body: JSONObject = ["action": "skip", "by": "ops", "reason": "all of them"]
        body["escalations"] = shown["escalations"]
        let done = try await service.post(path, .object(body))
        #expect(done.status == 200)
        // Newest first.
        #expect(done["results"].elements.map { $0["outcome"] } == ["refused", "resolved"])
        #expect(done["results"][0]["problem"]["type"] == "/problems/changed-since")
        #expect(done["resolved"] == 1)
        #expect(done["refused"] == 1)
        #expect(try await service.get(opened[0].path)["status"] == "resolved")
        #expect(try await service.get(late.path)["status"] == "open")
        let again = try await service.post(path, .object(body))
        #expect(again["resolved"] == 0)
        #expect(again["results"][1]["problem"]["type"] == "/problems/already-resolved")
        #expect(try await service.post(path, preview)["escalations"].elements.count == 2)
    }

    @Test("Whoever resolves many names them, once each")
    func bulkProblems() async throws {
        let service = try suiteService()
        let path = "/v1/escalations/resolve"
        func pointers(_ body: JSONValue) async throws -> [String?] {
            let answer = try await service.post(path, body)
            #expect(answer.status == 422)
            return answer["errors"].elements.map { $0["pointer"].string }
        }
        let filtered: JSONValue = ["filter": [:], "action": "skip", "by": "a", "reason": "b"]
        #expect(try await pointers(filtered) == ["/filter", "/escalations"])
        #expect(try await pointers(["preview": true]) == ["/filter"])
        #expect(try await pointers(["preview": true, "filter": ["kinds": 1]]) == ["/filter/kinds"])
        let one: JSONValue = ["id": "esc_0_3vq8k2m9x4c7t1n6r0h5w2j8pd_1", "version": 1]
        let twice: JSONValue = ["escalations": [one, one], "action": "skip", "by": "a", "reason": "b"]
        #expect(try await pointers(twice) == ["/escalations/1/id"])
    }
}
