import HTTP
import HTTPTypes
import HTTPWire
import JSON
import OrderedCollections
import Synchronization
import TestKit
import Testing

@Suite("Streams of events", .service, .timeLimit(.minutes(1)))
struct EventTests {
    @Test("A workflow's events come as they happen, are those of its history, and end with it")
    func whole() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let agent = try await service.register(type)
        let id = try await service.start(type)
        let seen = EventLog<String>()
        async let stream = service.stream("/v1/workflows/\(id)/events") { answer in
            for type in answer.types.dropFirst(seen.count) { seen.record(type) }
            return false
        }
        try await seen.wait { $0 == ["workflow_started", "step_queued"] }
        let task = try await service.take(agent)[0]
        try await service.complete(task, by: agent, ["done": true])
        let answer = try await stream
        #expect(answer.status == 200)
        #expect(answer.contentType == "text/event-stream")
        #expect(answer.types.last == "workflow_completed")
        let history = try await service.get("/v1/workflows/\(id)/history")["events"].elements
        #expect(answer.messages.map(\.id) == history.compactMap { $0["id"].string })
        #expect(answer.messages.map { JSONText(unchecked: Array($0.data.utf8)) } == history.map(JSONText.init))
    }

    @Test("Whoever comes again gets what follows the event that he had last; after the last there is nothing")
    func again() async throws {
        let service = try suiteService()
        let id = try await service.start(TaskType.unique())
        try await service.cancel(id)
        let path = "/v1/workflows/\(id)/events"
        let whole = try await service.stream(path).messages
        #expect(whole.count == 4)
        for (index, message) in whole.enumerated() {
            let byField = try await service.stream(path, after: message.id)
            let byParameter = try await service.stream("\(path)?after=\(message.id)")
            #expect(byField.messages == Array(whole[(index + 1)...]))
            #expect(byParameter.messages == byField.messages)
            #expect(byField.status == (message == whole.last ? 204 : 200))
        }
        // The field is what a browser adds when it comes again with the same address.
        let both = try await service.stream("\(path)?after=\(whole[0].id)", after: whole[2].id)
        #expect(both.messages == [whole[3]])
    }

    @Test("A place where nothing has happened yet keeps nothing from others")
    func future() async throws {
        let service = try suiteService()
        let id = try await service.start(TaskType.unique())
        let path = "/v1/workflows/\(id)/events"
        async let early = service.stream(path, after: "9223372036854775807-0.9223372036854775807")
        async let usual = service.stream(path) { $0.messages.count == 2 }
        #expect(try await usual.types == ["workflow_started", "step_queued"])
        try await service.cancel(id)
        #expect(try await early.types.last ?? "workflow_cancelled" == "workflow_cancelled")
    }

    @Test("The events of all workflows come as they happen, filtered, from a place on if one is named")
    func all() async throws {
        let service = try suiteService()
        let type = TaskType.unique()
        let label = "label=test:\(type)"
        let seen = EventLog<String>()
        async let stream = service.stream("/v1/events?\(label)&type=workflow_started&type=workflow_cancelled") {
            answer in
            for message in answer.messages.dropFirst(seen.count) {
                let event = JSONValue(parsing: JSONText(unchecked: Array(message.data.utf8)))
                seen.record("\(event["workflow_name"].string ?? "") \(message.type)")
            }
            return answer.types.contains("workflow_cancelled")
        }
        func start(_ name: String) async throws -> String {
            try await service.start([
                "name": .string(name), "labels": ["test": .string(type)],
                "steps": [["id": "a", "task_type": .string(type)]],
            ])
        }
        // Until the stream has begun, what happens is not in it.
        var first = ""
        repeat {
            first = try await start("one")
            _ = try await service.start(TaskType.unique())
        } while seen.count == 0
        try await service.cancel(first)
        let messages = try await stream.messages
        #expect(Set(messages.map(\.type)).isSubset(of: ["workflow_started", "workflow_cancelled"]))
        #expect(seen.events.allSatisfy { $0.hasPrefix("one ") })
        let rest = try await service.stream("/v1/events?\(label)", after: messages[0].id) { !$0.messages.isEmpty }
        #expect(rest.types.first == "step_queued")
    }

    @Test("What is not the id of an event, or not a type, is refused with what is allowed")
    func refused() async throws {
        let service = try suiteService()
        let id = try await service.start(TaskType.unique())
        for target in ["/v1/workflows/\(id)/events?after=x", "/v1/events?after=1-1", "/v1/events?type=started"] {
            #expect(try await service.get(target).status == 400)
        }
        let name = try #require(HTTPField.Name("Last-Event-ID"))
        #expect(try await service.get("/v1/events", [name: "latest"]).status == 400)
        #expect(try await service.get("/v1/workflows/wf_0_00000000000000000000000001/events").status == 404)
    }
}
