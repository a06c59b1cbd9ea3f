import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Events of all workflows in the store", .timeLimit(.minutes(1)))
struct StoreEventTests {
    private func described(_ events: [ServiceEvent]) -> [String] {
        events.map { event in
            guard case .event(let event) = event.what else { return "gap" }
            return "\(event.name) \(JSONNode(event.event).member("type")?.string ?? "")"
        }
    }

    @Test("What happens to any workflow after somebody has asked is kept, in order", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var before = try StoredRun()
            try await before.start(in: test.store)
            let start = try await test.store.events(after: nil, limit: 1)
            #expect(start.events == [])
            #expect(try await test.store.events(after: start.end, limit: 10).events == [])

            var run = try StoredRun(labels: ["customer": "acme"])
            try await run.start(in: test.store)
            _ = try await test.store.commit(before.next(.taken()))
            _ = try await test.store.commit(run.next(.cancel(by: nil, reason: nil)))
            let page = try await test.store.events(after: start.end, limit: 10)
            #expect(
                described(page.events) == [
                    "test workflow_started", "test step_queued", "test step_started", "test step_cancelled",
                    "test workflow_cancelled",
                ])
            #expect(page.end == page.events.last?.place)
            #expect(!page.hasMore)
            #expect(zip(page.events, page.events.dropFirst()).allSatisfy { $0.place < $1.place })
            guard case .event(let first) = page.events[0].what else { throw Unexpected(description: "a gap") }
            #expect(first.workflow == run.id)
            #expect(first.labels == #"{"customer":"acme"}"#)
            // From any of them on, and by pages.
            for event in page.events.indices {
                let rest = try await test.store.events(after: page.events[event].place, limit: 10)
                #expect(rest.events == Array(page.events[(event + 1)...]))
            }
            let part = try await test.store.events(after: start.end, limit: 1)
            #expect(part.hasMore)
            #expect(part.events.first == page.events.first)
        }
    }

    @Test("After nobody has asked for a while there is a gap", arguments: [StoreKind.memory])
    func gap(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let start = try await test.store.events(after: nil, limit: 1)
            try await StoredRun().start(in: test.store)
            try await test.wait(ServiceEvent.memory)
            try await StoredRun().start(in: test.store)
            let page = try await test.store.events(after: start.end, limit: 10)
            #expect(described(page.events) == ["test workflow_started", "test step_queued", "gap"])
            #expect(try await test.store.events(after: page.end, limit: 10).events == [])
        }
    }

    @Test("In Redis, what was kept once and is not any more is a gap, and so is what was not kept")
    func redisGap() async throws {
        try await withStore(.redis) { test in
            let redis = try #require(test.redis)
            let start = try await test.store.events(after: nil, limit: 1)
            try await StoredRun().start(in: test.store)
            _ = try await redis.command("DEL", "ganglion:{p0}:default:events:watched")
            try await StoredRun().start(in: test.store)
            var page = try await test.store.events(after: start.end, limit: 10)
            #expect(described(page.events) == ["test workflow_started", "test step_queued", "gap"])
            _ = try await redis.command("XTRIM", "ganglion:{p0}:default:events", "MAXLEN", "1")
            page = try await test.store.events(after: start.end, limit: 10)
            #expect(described(page.events) == ["gap", "gap"])
        }
    }

    @Test("Filters look at names, labels and types, and let gaps through")
    func filters() throws {
        let run = try StoredRun()
        let place = HistoryPlace(entry: StreamPlace(milliseconds: 1, sequence: 0), index: 0)
        let event = ServiceEvent(
            place: place,
            what: .event(
                .init(
                    workflow: run.id, name: "review", labels: #"{"customer":"acme"}"#,
                    event: #"{"type":"workflow_failed"}"#)))
        let acme = WorkflowFilter.Label(name: "customer", value: "acme")
        let other = WorkflowFilter.Label(name: "customer", value: "other")
        #expect(ServiceEventFilter().includes(event))
        #expect(ServiceEventFilter(name: "review", labels: [acme], types: [.workflowFailed]).includes(event))
        #expect(!ServiceEventFilter(name: "other").includes(event))
        #expect(!ServiceEventFilter(labels: [acme, other]).includes(event))
        #expect(!ServiceEventFilter(types: [.workflowCompleted]).includes(event))
        #expect(ServiceEventFilter(name: "other").includes(ServiceEvent(place: place, what: .gap)))
    }
}
