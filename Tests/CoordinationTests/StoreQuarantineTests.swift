import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: quarantine", .timeLimit(.minutes(1)))
struct StoreQuarantineTests {
    private static let moment = StoredRun.beginning + .seconds(5)
    private static let failure = Failure(code: "damaged", message: "\"it\" is not whole")
    private let letter = Letter(.completed(result: "1"), reply: .node(.south, number: 7))

    private func quarantine(_ run: StoredRun, by node: NodeID = .north) -> Quarantine {
        Quarantine(workflow: run.id, node: node, at: Self.moment, failure: Self.failure)
    }

    private func decision(
        _ run: StoredRun, _ action: QuarantineDecision.Action, by: String = "ops"
    ) -> QuarantineDecision {
        QuarantineDecision(
            workflow: run.id, node: .south, action: action, by: by, reason: "mended", at: Self.moment + .seconds(1))
    }

    /// A workflow in quarantine, with a task on its queue.
    private func quarantined(_ test: StoreUnderTest, _ plan: String = StoredRun.single) async throws -> StoredRun {
        let run = try StoredRun(plan)
        try await run.start(in: test.store)
        #expect(try await test.store.quarantine(quarantine(run)) == .quarantined)
        return run
    }

    private func status(_ run: StoredRun, _ test: StoreUnderTest) async throws -> [WorkflowStatus] {
        var found: [WorkflowStatus] = []
        for status in WorkflowStatus.allCases {
            let page = try await test.store.workflows(WorkflowFilter(status: status), PageRequest())
            if page.elements.contains(where: { $0.id == run.id }) { found.append(status) }
        }
        return found
    }

    @Test("Nobody owns it, it is escalated, and a person is asked, once", arguments: StoreKind.allCases)
    func isQuarantined(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try await quarantined(test)
            #expect(try await test.store.quarantine(quarantine(run)) == .quarantined)
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.owner == nil)
            #expect(stored.revision == 2)
            #expect(stored.quarantine == Self.failure)
            #expect(try await test.store.owned(by: .north).isEmpty)
            #expect(try await status(run, test) == [.escalated])
            #expect(try await test.events(of: run.id).last == "workflow_quarantined")
            #expect(try await test.events(of: run.id).count { $0 == "workflow_quarantined" } == 1)
            let open = try await test.store.escalations(EscalationFilter(workflow: run.id), PageRequest()).elements
            #expect(open.map(\.id) == [.quarantine(of: run.id)])
            let question = JSONNode(try #require(open.first).question)
            #expect(question.member("kind")?.string == "poisoned")
            #expect(question.member("error")?.member("message")?.string == Self.failure.message)
            #expect(question.member("node")?.string == NodeID.north.description)
            #expect(question.member("workflow_id")?.string == run.id.description)
            #expect(question.member("opened_at")?.string == Self.moment.description)
            // Neither its former owner nor another node gets at it.
            #expect(try await test.store.commit(run.next(.taken())) == .fenced)
            for node in [NodeID.north, .south] {
                guard case .quarantined = try await test.store.claim(run.id, for: node) else {
                    throw Unexpected(description: "claimed what is in quarantine")
                }
                #expect(try await test.store.send(letter, to: run.id, from: node) == .quarantined)
            }
            #expect(try await test.store.claimOrphans(of: .north, for: .south, number: 1, limit: 10).isEmpty)
        }
    }

    @Test("Only the owner puts a workflow in quarantine, and none that has ended", arguments: StoreKind.allCases)
    func fenced(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            #expect(try await test.store.quarantine(quarantine(run)) == .fenced)
            try await run.start(in: test.store)
            #expect(try await test.store.quarantine(quarantine(run, by: .south)) == .fenced)
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await test.store.quarantine(quarantine(run)) == .ended)
            #expect(try await test.store.escalation(.quarantine(of: run.id)) == nil)
            #expect(try await test.store.decide(decision(run, .retry)) == .unknown)
        }
    }

    @Test("Letters stay in their box, and who waits for a reply is to ask anew", arguments: StoreKind.allCases)
    func letters(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for node in [NodeID.north, .south] {
                _ = try await test.store.heartbeat(of: node, lease: .seconds(60))
            }
            try await withListening(to: test) { listening in
                let run = try StoredRun()
                try await run.start(in: test.store)
                #expect(try await test.store.send(letter, to: run.id, from: .south) == .mailed)
                try await listening.listen(to: run.id)
                #expect(try await test.store.quarantine(quarantine(run)) == .quarantined)
                #expect(try await listening.next(at: .node(.south)) == .again(number: 7))
                #expect(try await listening.next(at: .workflow(run.id)) == .changed(run.id, revision: 2))
                #expect(try await test.store.inbox(of: .north, limit: 10).isEmpty)
                #expect(try await test.store.decide(decision(run, .retry)) == .done)
                #expect(try await test.store.inbox(of: .south, limit: 10) == [run.id])
                let claimed = try await test.claimed(run.id, for: .south)
                #expect(claimed.surroundings.letters.map(\.letter) == [letter])
            }
        }
    }

    @Test(
        "After a retry the node that was asked owns it as it was; it may be back any time",
        arguments: StoreKind.allCases)
    func retry(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try await quarantined(test)
            #expect(try await test.store.decide(decision(run, .retry)) == .done)
            // Sent once more, and by somebody else.
            #expect(try await test.store.decide(decision(run, .retry)) == .done)
            #expect(try await test.store.decide(decision(run, .retry, by: "eve")) == .decidedBefore)
            let stored = try await test.claimed(run.id, for: .south)
            #expect(stored.owner == .south)
            #expect(stored.revision == 3)
            #expect(stored.quarantine == nil)
            #expect(try stored.workflow(PlanCache()).status == .running)
            #expect(try await test.store.owned(by: .south) == [run.id])
            #expect(try await status(run, test) == [.running])
            let resolved = EscalationFilter(isOpen: false, workflow: run.id)
            let closed = try #require(try await test.store.escalations(resolved, PageRequest()).elements.first)
            let resolution = JSONNode(try #require(closed.resolution))
            #expect(resolution.member("action")?.string == "retry")
            #expect(resolution.member("by")?.string == "ops")
            #expect(try await test.events(of: run.id).suffix(2) == ["workflow_quarantined", "escalation_resolved"])

            #expect(try await test.store.quarantine(quarantine(run, by: .south)) == .quarantined)
            #expect(try await test.store.escalations(resolved, PageRequest()).elements.isEmpty)
            let open = try await test.store.escalations(EscalationFilter(workflow: run.id), PageRequest()).elements
            #expect(open.map(\.id) == [.quarantine(of: run.id)])
            let all = try await test.store.escalations(EscalationFilter(isOpen: false), PageRequest()).elements
            #expect(all.isEmpty)
        }
    }

    @Test("A failed one has nothing open any more, and is forgotten in time", arguments: StoreKind.allCases)
    func fail(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(
                StoredRun.plan(
                    steps: #"""
                        {"id": "left", "task_type": "work", "retry": {"max_attempts": 1}},
                        {"id": "right", "task_type": "work"}
                        """#))
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.taken(), .failed())) == .committed)
            #expect(try await test.store.quarantine(quarantine(run)) == .quarantined)
            let end = try await test.now()
            let decision = decision(run, .fail(forgetAt: end + .seconds(1)))
            #expect(try await test.store.decide(decision) == .done)
            #expect(try await test.store.decide(decision) == .done)
            #expect(try await test.leftOnQueue().isEmpty)
            #expect(try await status(run, test) == [.failed])
            #expect(try await test.store.owned(by: .south).isEmpty)
            #expect(try await test.store.send(letter, to: run.id, from: .north) == .ended)
            let workflow = try await test.claimed(run.id, for: .north).workflow(PlanCache())
            #expect(workflow.status == .failed)
            #expect(workflow.failure == Failure(code: "failed_by_resolution", message: "failed by ops: mended"))
            #expect(workflow.endedAt == decision.at)
            #expect(workflow.createdAt == StoredRun.beginning)
            #expect(workflow.escalationCount == 1)
            #expect(workflow.steps.map(\.status) == [.cancelled, .cancelled])
            let closed = EscalationFilter(isOpen: false, workflow: run.id)
            let resolutions = try await test.store.escalations(closed, PageRequest()).elements.compactMap {
                $0.resolution.flatMap { JSONNode($0).member("action")?.string }
            }
            #expect(resolutions.sorted() == ["cancelled", "fail"])
            #expect(try await test.store.escalations(EscalationFilter(), PageRequest()).elements.isEmpty)
            #expect(try await test.events(of: run.id).suffix(2) == ["escalation_resolved", "workflow_failed"])
            try await test.wait(past: end + .seconds(1))
            #expect(try await test.store.sweep(limit: 10) == 1)
            #expect(try await test.store.workflow(run.id) == nil)
            #expect(try await test.store.escalation(.quarantine(of: run.id)) == nil)
        }
    }

    @Test("Whatever of it was destroyed, Redis puts it in quarantine, lists it, and lets a person end it")
    func destroyed() async throws {
        try await withRedisStore { redis, test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            let key = { (name: String) in RedisArgument("ganglion:{p0}:default:\(name)") }
            for name in ["history:\(run.id)", "agent_queue:work"] {
                _ = try await redis.command("SET", key(name), "what is this?")
            }
            for field in ["checkpoint", "s:0", "plan"] {
                _ = try await redis.command("HSET", key("workflow:\(run.id)"), .init(field), "{\"")
            }
            _ = try await redis.command("HDEL", key("workflow:\(run.id)"), "revision")
            #expect(try await test.store.quarantine(quarantine(run)) == .quarantined)
            #expect(try await test.store.workflows(WorkflowFilter(), PageRequest()).elements.map(\.id) == [run.id])
            #expect(try await test.store.escalations(EscalationFilter(), PageRequest()).elements.count == 1)
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(throws: CoordinationError.self) { try stored.workflow(PlanCache()) }
            let fail = QuarantineDecision.Action.fail(forgetAt: Self.moment + .seconds(60))
            #expect(try await test.store.decide(decision(run, fail)) == .done)
            #expect(try await status(run, test) == [.failed])
        }
    }
}
