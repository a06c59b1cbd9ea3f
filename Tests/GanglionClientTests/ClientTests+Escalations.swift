import GanglionClient
import HTTP
import HTTPTypes
import Sockets
import TestKit
import Testing

extension ClientTests {
    @Test("People look for escalations, look after them, and resolve many as they saw them")
    func desk() async throws {
        let lines: JSONDocument = [
            "escalations": [
                [
                    "id": "esc_1", "version": 2, "kind": "question", "opened_at": "2026-11-23T17:00:07.000Z",
                    "workflow_id": "wf_1",
                ]
            ], "more": false,
        ]
        let problem: JSONDocument = ["type": "/problems/claimed"]
        let results: JSONDocument = ["results": [["id": "esc_1", "outcome": "refused", "problem": problem]]]
        try await withAnswers(
            .json(200, ["escalations": [Self.escalation], "next_cursor": nil]), .json(200, Self.escalation),
            .json(200, Self.escalation), .json(200, Self.escalation), .json(200, lines), .json(200, results)
        ) { client, seen in
            var filter = Escalation.Filter()
            filter.labels = ["team": "law"]
            filter.olderThan = .seconds(60)
            filter.isClaimed = false
            let listed = try await client.escalations(matching: filter).items[0]
            #expect(listed.claim?.by == "ann" && listed.votes[0].action == "skip" && listed.labels == ["team": "law"])
            #expect(listed.comments[0].text == "see page 3" && listed.results["read"] == 3)
            try await client.claim("esc_1", by: "ann", for: .seconds(90), version: 2)
            try await client.reassign("esc_1", to: nil, by: "ann")
            try await client.comment(on: "esc_1", "see page 3", by: "ann")
            let shown = try await client.preview(matching: filter)
            let outcomes = try await client.resolve(shown, .skip, by: "ann", reason: "all")
            #expect(outcomes.map(\.problemType) == ["/problems/claimed"])
            let query = "status=open&claimed=false&older_than=60000ms&label=team%3Alaw"
            #expect(seen.events[0].target == "/v1/escalations?\(query)")
            #expect(seen.events[1].json.text == #"{"by":"ann","for":"90000ms"}"#)
            #expect(seen.events[2].json.text == #"{"by":"ann","to":null}"#)
            #expect(seen.events[5].json["escalations"][0]["version"].integer == 2)
        }
    }

    @Test("Escalations are listed and resolved")
    func escalations() async throws {
        try await withAnswers(
            .json(200, ["escalations": [Self.escalation], "next_cursor": nil]), .json(200, Self.escalation),
            .json(200, Self.escalation), .problem(409, "already-resolved")
        ) { client, seen in
            let page = try await client.escalations(workflowID: "wf_1")
            #expect(page.items[0].attempts[0].attempt == 1 && page.items[0].error?.code == "damaged")
            #expect(try await client.escalation("esc_1").resolution?.action == "retry")
            try await client.resolve("esc_1", .retry(payload: ["text": "y"]), by: "ops", reason: "scan")
            let error = await #expect(throws: GanglionError.self) {
                try await client.resolve("esc_1", .complete(result: 1), by: "ops", reason: "read")
            }
            #expect(error?.problem?.type == "/problems/already-resolved")
            #expect(seen.events[0].target == "/v1/escalations?status=open&workflow_id=wf_1")
            #expect(
                seen.events[2].json.text == #"{"action":"retry","payload":{"text":"y"},"by":"ops","reason":"scan"}"#)
            #expect(seen.events[3].json.text == #"{"action":"complete","result":1,"by":"ops","reason":"read"}"#)
        }
    }
}
