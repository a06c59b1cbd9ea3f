import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: lists and pages", .timeLimit(.minutes(1)))
struct StoreListTests {
    /// All pages of a list, each with its size.
    private func pages<Element>(
        limit: Int, _ read: (PageRequest) async throws -> Page<Element>
    ) async throws -> [[Element]] {
        var pages: [[Element]] = []
        var cursor: String?
        repeat {
            let page = try await read(PageRequest(cursor: cursor, limit: limit))
            pages.append(page.elements)
            cursor = page.next
        } while cursor != nil && pages.count < 100
        return pages
    }

    @Test("A list that is empty has one page, which is empty", arguments: StoreKind.allCases)
    func empty(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let workflows = try await test.store.workflows(WorkflowFilter(), PageRequest())
            #expect(workflows == Page([], next: nil))
            let agents = try await test.store.agents(PageRequest())
            #expect(agents == Page([], next: nil))
            let escalations = try await test.store.escalations(EscalationFilter(), PageRequest())
            #expect(escalations == Page([], next: nil))
        }
    }

    @Test("A line of a list says what there is to say", arguments: StoreKind.allCases)
    func line(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let labels = ["team": "legal", "a \"b\"": "é: \u{1}"]
            var run = try StoredRun(labels: labels)
            try await run.start(in: test.store)
            var line = try #require(try await test.store.workflows(WorkflowFilter(), PageRequest()).elements.first)
            #expect(line.id == run.id)
            #expect(line.name == "test")
            #expect(line.status == .running)
            #expect(line.revision == 1)
            #expect(line.createdAt == StoredRun.beginning)
            #expect(line.endedAt == nil)
            #expect(line.labels == run.started.labelsText)
            let end = StoredRun.beginning + .milliseconds(1234)
            #expect(try await test.store.commit(run.next(.cancelled, at: end)) == .committed)
            line = try #require(try await test.store.workflows(WorkflowFilter(), PageRequest()).elements.first)
            #expect(line.status == .cancelled)
            #expect(line.revision == 2)
            #expect(line.endedAt == end)
        }
    }

    @Test("Workflows are listed newest first, those of one millisecond by their ids", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for (number, millisecond) in [(3, 5), (1, 5), (2, 5), (9, 4), (4, 6), (5, 50)] {
                let id = WorkflowID.numbered(UInt64(number) + 1_000_000)
                try await StoredRun(id: id, at: StoredRun.beginning + .milliseconds(millisecond))
                    .start(in: test.store)
            }
            for limit in [1, 2, 3, 4, 6, 7] {
                let pages = try await pages(limit: limit) { request in
                    try await test.store.workflows(WorkflowFilter(), request)
                }
                let numbers = pages.joined().map { Int($0.id.token.low) - 1_000_000 }
                #expect(numbers == [5, 4, 3, 2, 1, 9])
                // No page but the last is short, and no page is empty.
                #expect(pages.dropLast().allSatisfy { $0.count == limit })
                #expect(pages.count == (6 + limit - 1) / limit)
            }
        }
    }

    @Test("Filters give those with the status and all of the labels", arguments: StoreKind.allCases)
    func filters(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let (legal, urgent) = (
                WorkflowFilter.Label(name: "team", value: "legal"), WorkflowFilter.Label(name: "urgent", value: "yes")
            )
            var runs: [String: StoredRun] = [:]
            for (name, labels) in [
                ("none", [:]), ("legal", ["team": "legal"]), ("both", ["team": "legal", "urgent": "yes"]),
                ("sales", ["team": "sales", "urgent": "yes"]), ("ended", ["team": "legal", "urgent": "yes"]),
            ] as [(String, [String: String])] {
                let run = try StoredRun(labels: labels)
                try await run.start(in: test.store)
                runs[name] = run
            }
            var ended = try #require(runs["ended"])
            #expect(try await test.store.commit(ended.next(.cancelled)) == .committed)
            func listed(_ status: WorkflowStatus?, _ labels: [WorkflowFilter.Label]) async throws -> Set<String> {
                let filter = WorkflowFilter(status: status, labels: labels)
                let pages = try await pages(limit: 2) { try await test.store.workflows(filter, $0) }
                let ids = Set(pages.joined().map(\.id))
                return Set(runs.filter { ids.contains($0.value.id) }.keys)
            }
            #expect(try await listed(nil, []) == ["none", "legal", "both", "sales", "ended"])
            #expect(try await listed(.running, []) == ["none", "legal", "both", "sales"])
            #expect(try await listed(.completed, []) == [])
            #expect(try await listed(nil, [legal]) == ["legal", "both", "ended"])
            #expect(try await listed(nil, [urgent, legal]) == ["both", "ended"])
            #expect(try await listed(.running, [legal, urgent]) == ["both"])
            #expect(try await listed(.cancelled, [legal]) == ["ended"])
            #expect(try await listed(nil, [WorkflowFilter.Label(name: "team", value: "leg")]) == [])
        }
    }

    @Test("A label is not found under a name that only spells the same with its value", arguments: StoreKind.allCases)
    func labelNames(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let (first, second) = (try StoredRun(labels: ["a:b": "c"]), try StoredRun(labels: ["a": "b:c"]))
            try await first.start(in: test.store)
            try await second.start(in: test.store)
            let filter = WorkflowFilter(labels: [WorkflowFilter.Label(name: "a", value: "b:c")])
            #expect(try await test.store.workflows(filter, PageRequest()).elements.map(\.id) == [second.id])
        }
    }

    @Test("A list goes on from its cursor although its member is gone", arguments: StoreKind.allCases)
    func movedOn(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var runs: [StoredRun] = []
            for second in 0..<4 {
                runs.append(try StoredRun(at: StoredRun.beginning + .seconds(second)))
                try await runs[second].start(in: test.store)
            }
            let running = WorkflowFilter(status: .running)
            let first = try await test.store.workflows(running, PageRequest(limit: 2))
            #expect(first.elements.map(\.id) == [runs[3].id, runs[2].id])
            #expect(try await test.store.commit(runs[2].next(.cancelled)) == .committed)
            let second = try await test.store.workflows(running, PageRequest(cursor: first.next, limit: 2))
            #expect(second.elements.map(\.id) == [runs[1].id, runs[0].id])
            #expect(second.next == nil)
        }
    }

    @Test("Agents are listed newest first, also when they have gone", arguments: StoreKind.allCases)
    func agents(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for agent in [AgentID.eve, .ada, .bob] {
                try await test.register(agent)
                try await test.wait(.milliseconds(2))
            }
            _ = try await test.store.deregister(.ada, at: .north)
            let pages = try await pages(limit: 2) { try await test.store.agents($0) }
            #expect(pages.map { $0.map(\.id) } == [[.bob, .ada], [.eve]])
            #expect(pages.joined().map(\.status) == [.alive, .left, .alive])
            let first = try #require(pages.first?.first)
            #expect(try await test.store.agent(.bob) == first)
        }
    }

    @Test("A history is read by pages, oldest first, to its end", arguments: StoreKind.allCases)
    func history(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.wide(9))
            try await run.start(in: test.store)
            let whole = try #require(try await test.store.history(of: run.id, PageRequest(limit: 10)))
            #expect(whole.elements.count == 10)
            #expect(whole.next == nil)
            for limit in [1, 3, 5, 9] {
                let pages = try await pages(limit: limit) { request in
                    try await test.store.history(of: run.id, request) ?? Page([], next: nil)
                }
                #expect(Array(pages.joined()) == whole.elements)
                #expect(pages.dropLast().allSatisfy { $0.count == limit })
                #expect(pages.last?.isEmpty == false)
            }
            // From its end on, what has come since.
            let end = try #require(whole.elements.last?.place.description)
            let nothing = try await test.store.history(of: run.id, PageRequest(cursor: end))
            #expect(nothing == Page([], next: nil))
            #expect(try await test.store.commit(run.next(.taken())) == .committed)
            let more = try await test.store.history(of: run.id, PageRequest(cursor: end))
            #expect(more?.elements.map { JSONNode($0.event).member("type")?.string } == ["step_started"])
        }
    }

    @Test(
        "A cursor that no page gave is no reason to fail",
        arguments: StoreKind.allCases,
        [
            "", "x", "9", "-", "5-", "+", "0-0", "0-0.0", "0-0.", "0-0.-1", "\u{0}", "(1-1.0",
            "99999999999999999999-1.0", "9223372036854775807-0.9223372036854775807",
        ])
    func strangeCursors(_ kind: StoreKind, _ cursor: String) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada)
            let request = PageRequest(cursor: cursor)
            let history = try #require(try await test.store.history(of: run.id, request))
            #expect(history.elements.count == (cursor == "0-0.0" ? 2 : 0))
            let workflows = try await test.store.workflows(WorkflowFilter(), request)
            let agents = try await test.store.agents(request)
            let escalations = try await test.store.escalations(EscalationFilter(), request)
            #expect([workflows.next, agents.next, escalations.next] == [nil, nil, nil])
            #expect(workflows.elements.count <= 1 && agents.elements.count <= 1)
        }
    }

    @Test(
        "A page is from 1 to 1000 long, whatever is asked for",
        arguments: [(0, 1), (-5, 1), (1, 1), (1000, 1000), (1001, 1000), (Int.max, 1000), (Int.min, 1)])
    func limits(_ asked: Int, _ limit: Int) { #expect(PageRequest(limit: asked).limit == limit) }
}
