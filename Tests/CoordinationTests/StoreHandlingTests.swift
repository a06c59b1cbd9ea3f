import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// What people do about escalations, and how these are looked for.
@Suite("Stores: handling escalations", .timeLimit(.minutes(1)))
struct StoreHandlingTests {
    private func escalated(
        _ test: StoreUnderTest, labels: [String: String] = [:], name: String = "test", asks: Bool = false,
        at now: Instant = StoredRun.beginning
    ) async throws -> StoredRun {
        let given = labels.map { #""\#($0.key)": "\#($0.value)""# }.joined(separator: ", ")
        let step = #"{"id": "only", "task_type": "work", "retry": {"max_attempts": 1}}"#
        var run = try StoredRun(
            #"{"name": "\#(name)", "labels": {\#(given)}, "steps": [\#(step)]}"#, labels: labels, at: now)
        try await run.start(in: test.store)
        let end = asks ? Event.step(0, .asked(attempt: 1, by: .ada, Question("which?"))) : .failed()
        #expect(try await test.store.commit(run.next(.taken(), end, at: now)) == .committed)
        return run
    }

    private func handle(
        _ run: inout StoredRun, _ test: StoreUnderTest, _ kind: HandlingAct.Kind, at now: Instant = StoredRun.beginning
    ) async throws {
        let act = Event.handle(escalation: 1, HandlingAct(kind, by: "ann"))
        #expect(try await test.store.commit(run.next(act, at: now)).isCommitted)
    }

    private func id(_ run: StoredRun) -> EscalationID { EscalationID(workflow: run.id, number: 1) }

    @Test("What was done about one is read with it, also after its end", arguments: StoreKind.allCases)
    func read(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try await escalated(test, labels: ["team": "a:b"])
            let before = try #require(try await test.store.escalation(id(run)))
            #expect(before.handled == nil)
            #expect(before.version == 1)
            #expect(before.kind == .exhausted)
            #expect(before.workflowName == "test")
            #expect(before.labels == #"{"team":"a:b"}"#)
            #expect(before.comments == nil)
            try await handle(&run, test, .claim(.seconds(60)))
            try await handle(&run, test, .comment("see \"page 3\""))
            try await handle(&run, test, .comment("and page 4"))
            let handled = try #require(try await test.store.escalation(id(run)))
            #expect(handled.handling == run.workflow.steps[0].handling)
            #expect(handled.handling.claim?.by == "ann")
            #expect(handled.version == 4)
            let texts = JSONNode(try #require(handled.comments)).elements.map { $0.member("text")?.string }
            #expect(texts == ["see \"page 3\"", "and page 4"])
            let resolve = Event.resolve(escalation: 1, Resolution(.skip, by: "ann"))
            #expect(try await test.store.commit(run.next(resolve)).isCommitted)
            let resolved = try #require(try await test.store.escalation(id(run)))
            #expect(resolved.version == 5)
            #expect(resolved.comments == handled.comments)
            let events = try await test.events(of: run.id)
            #expect(events.filter { $0.hasPrefix("escalation") }.count == 5)
        }
    }

    private func found(_ test: StoreUnderTest, _ change: (inout EscalationFilter) -> Void) async throws -> [WorkflowID]
    {
        var filter = EscalationFilter()
        change(&filter)
        return try await test.store.escalations(filter, PageRequest()).elements.map(\.id.workflow)
    }

    @Test("Each is found by what it is, open and resolved, and by nothing else", arguments: StoreKind.allCases)
    func filters(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var first = try await escalated(test, labels: ["team": "law", "at": "x:y"], name: "review")
            let later = StoredRun.beginning + .seconds(10)
            var second = try await escalated(test, labels: ["team": "law"], asks: true, at: later)
            try await handle(&second, test, .reassign(to: "bob"))
            try await handle(&first, test, .claim(.seconds(60)))
            let (a, b) = (first.id, second.id)
            let law = WorkflowFilter.Label(name: "team", value: "law")
            #expect(try await found(test) { _ in } == [b, a])
            #expect(try await found(test) { $0.kind = .question } == [b])
            #expect(try await found(test) { $0.kind = .poisoned } == [])
            #expect(try await found(test) { $0.workflowName = "review" } == [a])
            #expect(try await found(test) { $0.labels = [law] } == [b, a])
            #expect(try await found(test) { $0.labels = [law, .init(name: "at", value: "x:y")] } == [a])
            #expect(try await found(test) { $0.assignee = "bob" } == [b])
            #expect(try await found(test) { $0.assignee = "ann" } == [])
            #expect(try await found(test) { $0.tier = 1 } == [b, a])
            #expect(try await found(test) { $0.tier = 2 } == [])
            #expect(try await found(test) { $0.openedBefore = later } == [a])
            #expect(try await found(test) { $0.openedSince = later } == [b])
            let soon = StoredRun.beginning + .seconds(59)
            #expect(try await found(test) { $0.claim = .init(isClaimed: true, at: soon) } == [a])
            #expect(try await found(test) { $0.claim = .init(isClaimed: false, at: soon) } == [b])
            #expect(try await found(test) { $0.claim = .init(isClaimed: true, at: soon + .seconds(1)) } == [])

            try await handle(&second, test, .reassign(to: "eve"))
            #expect(try await found(test) { $0.assignee = "bob" } == [])
            let resolve = Event.resolve(escalation: 1, Resolution(.fail, by: "ops"))
            #expect(try await test.store.commit(second.next(resolve)).isCommitted)
            #expect(try await found(test) { $0.assignee = "eve" } == [])
            for change: (inout EscalationFilter) -> Void in [
                { $0.assignee = "eve" }, { $0.labels = [law] }, { $0.kind = .question }, { $0.tier = 1 },
            ] {
                let resolved = try await found(test) { filter in
                    filter.isOpen = false
                    change(&filter)
                }
                #expect(resolved == [b])
            }
        }
    }

    @Test("Of a workflow in quarantine a change counts if nothing was changed before it", arguments: StoreKind.allCases)
    func poisoned(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(labels: ["team": "law"])
            try await run.start(in: test.store)
            let now = StoredRun.beginning
            let failure = Failure(code: "damaged", message: "broken")
            let quarantine = Quarantine(workflow: run.id, node: .north, at: now, failure: failure)
            #expect(try await test.store.quarantine(quarantine) == .quarantined)
            let id = EscalationID.quarantine(of: run.id)
            func change(_ person: String, after former: JSONText?) -> HandlingChange {
                var handling = former.flatMap { Handling(stored: JSONNode($0)) } ?? Handling()
                let act = HandlingAct(.reassign(to: person), by: person)
                _ = handling.apply(act, at: now)
                let event = act.event(after: handling, at: now).json(of: run.id)
                return HandlingChange(
                    escalation: id, former: former, handling: handling, comment: nil, event: event)
            }
            let first = change("ann", after: nil)
            #expect(try await test.store.handle(first) == .done)
            #expect(try await test.store.handle(first) == .done, "sent once more")
            #expect(try await test.store.handle(change("bob", after: nil)) == .changed)
            let found = try #require(try await test.store.escalation(id))
            #expect(found.handling.assignee == "ann")
            #expect(found.labels == #"{"team":"law"}"#)
            #expect(try await test.events(of: run.id).count { $0 == "escalation_reassigned" } == 1)
            #expect(try await self.found(test) { $0.assignee = "ann" } == [run.id])
            #expect(try await self.found(test) { $0.labels = [.init(name: "team", value: "law")] } == [run.id])

            var decision = QuarantineDecision(
                workflow: run.id, node: .south, action: .retry, by: "ops", reason: nil, at: now)
            #expect(try await test.store.decide(decision) == .changed)
            decision.handled = found.handled
            #expect(try await test.store.decide(decision) == .done)
            #expect(try await test.store.handle(change("bob", after: found.handled)) == .resolved)
            let ofNobody = HandlingChange(
                escalation: .quarantine(of: .unique()), former: nil, handling: Handling(), comment: nil, event: "{}")
            #expect(try await test.store.handle(ofNobody) == .unknown)
        }
    }

    @Test("Nothing of one is left when its workflow is forgotten")
    func forgotten() async throws {
        try await withRedisStore { server, test in
            var run = try await escalated(test, labels: ["team": "law"])
            run.retention = .zero
            try await handle(&run, test, .reassign(to: "bob"))
            try await handle(&run, test, .comment("a"))
            let cancelled = run.next(.cancelled)
            #expect(try await test.store.commit(cancelled).isCommitted)
            let keys = try await server.command("KEYS", "*escalation*").array?.compactMap(\.string) ?? []
            #expect(keys.contains { $0.hasSuffix("resolved:assignee:bob") })
            #expect(!keys.contains { $0.contains(":open") })
            #expect(try await test.store.sweep(limit: 10) == 1)
            #expect(try await server.command("KEYS", "*escalation*").array?.isEmpty == true)
        }
    }
}
