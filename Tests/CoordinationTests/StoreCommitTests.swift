import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: committing", .timeLimit(.minutes(1)))
struct StoreCommitTests {
    @Test("A commit moves the revision by one and stores what changed", arguments: StoreKind.allCases)
    func commit(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.chain)
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.taken())) == .committed)
            #expect(try await test.store.commit(run.next(.completed(result: #"{"a": 1.50}"#))) == .committed)
            var stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.revision == 3)
            #expect(stored.checkpoint.steps == run.workflow.checkpoint.steps)
            #expect(stored.checkpoint.results == [0: #"{"a": 1.50}"#])
            #expect(stored.checkpoint.output == nil)

            let last = run.next(.taken(1), .completed(1))
            #expect(try await test.store.commit(last) == .committed)
            stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.checkpoint.head == run.workflow.checkpointHead)
            #expect(stored.checkpoint.results == run.workflow.checkpoint.results)
            #expect(stored.checkpoint.output == run.workflow.output)
            #expect(stored.checkpoint.output != nil)
        }
    }

    @Test("A node that is not the owner is fenced, and nothing changes", arguments: StoreKind.allCases)
    func wrongOwner(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            run.node = .south
            #expect(try await test.store.commit(run.next(.taken(), .completed())) == .fenced)
            try await expectAsStarted(run, test)
        }
    }

    @Test("A commit from another revision is fenced, and nothing changes", arguments: StoreKind.allCases)
    func wrongRevision(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            _ = run.next(.taken())
            #expect(try await test.store.commit(run.next(.completed())) == .fenced)
            try await expectAsStarted(run, test)

            var (first, second) = (try StoredRun(), Commit?.none)
            try await first.start(in: test.store)
            var copy = first
            second = copy.next(.cancelled)
            #expect(try await test.store.commit(first.next(.taken())) == .committed)
            #expect(try await test.store.commit(try #require(second)) == .fenced)
            #expect(try await test.store.workflow(first.id)?.revision == 2)
        }
    }

    private func expectAsStarted(_ run: StoredRun, _ test: StoreUnderTest) async throws {
        let stored = try #require(try await test.store.workflow(run.id))
        #expect(stored.revision == 1)
        #expect(stored.owner == .north)
        #expect(stored.checkpoint.results.isEmpty)
        #expect(try await test.events(of: run.id) == ["workflow_started", "step_queued"])
        #expect(try await test.leftOnQueue() == [run.task()])
    }

    @Test("The same commit sent twice is done once", arguments: StoreKind.allCases)
    func twice(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.chain)
            try await run.start(in: test.store)
            let commit = run.next(.taken(), .completed())
            #expect(try await test.store.commit(commit) == .committed)
            #expect(try await test.store.commit(commit).isCommitted)
            #expect(try await test.store.workflow(run.id)?.revision == 2)
            #expect(
                try await test.events(of: run.id)
                    == ["workflow_started", "step_queued", "step_started", "step_completed", "step_queued"])
            #expect(try await test.leftOnQueue(of: "check") == [run.task(1)])
            // A commit before the last one is not known any more, and is told apart by its revision.
            #expect(try await test.store.commit(run.next(.taken(1))) == .committed)
            #expect(try await test.store.commit(commit) == .fenced)
        }
    }

    @Test("A commit counts as fenced once its node is, though it was done", arguments: StoreKind.allCases)
    func lateOwner(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            let commit = run.next(.taken())
            #expect(try await test.store.commit(commit) == .committed)
            _ = try await test.claimed(run.id, for: .south)
            #expect(try await test.store.commit(commit) == .fenced)
            #expect(try await test.store.workflow(run.id)?.revision == 2)
        }
    }

    @Test("A queue entry exists as long as its task is open", arguments: StoreKind.allCases)
    func queueEntries(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada)
            var run = try StoredRun(StoredRun.hasty)
            try await run.start(in: test.store)
            #expect(try await test.take(.ada).tasks.map(\.dispatch.attempt) == [1])
            // Failed and at once on the queue again: dequeue and enqueue of one step in one commit.
            #expect(try await test.store.commit(run.next(.taken(), .failed())) == .committed)
            let second = try await test.take(.ada, running: [run.task()])
            #expect(second.stop == [run.task()])
            #expect(second.tasks.map(\.dispatch.attempt) == [2])
            let completed = run.next(.taken(attempt: 2), .completed(attempt: 2))
            #expect(try await test.store.commit(completed) == .committed)
            #expect(try await test.take(.ada, running: [run.task()]).stop == [run.task()])
            #expect(try await test.leftOnQueue().isEmpty)
        }
    }

    @Test("A task that is queued and ends in one commit is on no queue", arguments: StoreKind.allCases)
    func enqueuedAndDequeued(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.chain)
            try await run.start(in: test.store)
            let commit = run.next(.taken(), .completed(), .cancelled)
            #expect(
                commit.effects.compactMap(\.queueing) == ["dequeue 0", "enqueue 1", "dequeue 1"])
            #expect(try await test.store.commit(commit) == .committed)
            #expect(try await test.leftOnQueue(of: "work").isEmpty)
            #expect(try await test.leftOnQueue(of: "check").isEmpty)
        }
    }

    @Test("A task that is tried several times within a commit is on its queue once", arguments: StoreKind.allCases)
    func severalAttempts(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.hasty)
            try await run.start(in: test.store)
            let commit = run.next(.taken(), .failed(), .taken(attempt: 2), .failed(attempt: 2))
            #expect(
                commit.effects.compactMap(\.queueing) == ["dequeue 0", "enqueue 0", "dequeue 0", "enqueue 0"])
            #expect(try await test.store.commit(commit) == .committed)
            try await test.register(.ada)
            #expect(try await test.take(.ada, 8).tasks.map(\.dispatch.attempt) == [3])
            #expect(try await test.store.commit(run.next(.taken(attempt: 3), .completed(attempt: 3))) == .committed)
            #expect(try await test.take(.ada, 8, running: [run.task()]).stop == [run.task()])
        }
    }

    @Test("The history has all events in their order, at later and later places", arguments: StoreKind.allCases)
    func history(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.double)
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.taken(1), .completed(1), .taken(0))) == .committed)
            #expect(try await test.store.commit(run.next(.completed(0))) == .committed)
            #expect(
                try await test.events(of: run.id) == [
                    "workflow_started", "step_queued", "step_queued", "step_started", "step_completed", "step_started",
                    "step_completed", "workflow_completed",
                ])
            let page = try #require(try await test.store.history(of: run.id, PageRequest()))
            let places = page.elements.map(\.place)
            #expect(places.count == 8)
            #expect(zip(places, places.dropFirst()).allSatisfy { $0 < $1 })
            let completed = JSONNode(page.elements[4].event)
            #expect(completed.member("step_id")?.string == "right")
            #expect(completed.member("agent_id")?.string == AgentID.ada.description)
            #expect(completed.member("at")?.string == StoredRun.beginning.description)
        }
    }

    @Test("The status moves a workflow from one list to the other", arguments: StoreKind.allCases)
    func status(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.fragile)
            func listed() async throws -> [WorkflowStatus] {
                var listed: [WorkflowStatus] = []
                for status in WorkflowStatus.allCases {
                    let page = try await test.store.workflows(WorkflowFilter(status: status), PageRequest())
                    listed += page.elements.map(\.status)
                    #expect(page.elements.allSatisfy { $0.status == status && $0.id == run.id })
                }
                return listed
            }
            try await run.start(in: test.store)
            #expect(try await listed() == [.running])
            #expect(try await test.store.commit(run.next(.taken(), .failed())) == .committed)
            #expect(try await listed() == [.escalated])
            let resolution = Resolution(.retry(payload: nil), by: "ops")
            #expect(try await test.store.commit(run.next(.resolve(escalation: 1, resolution))) == .committed)
            #expect(try await listed() == [.running])
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await listed() == [.cancelled])
        }
    }

    @Test("A workflow that has ended is nobody's work any more", arguments: StoreKind.allCases)
    func ended(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            #expect(try await test.store.owned(by: .north) == [run.id])
            let now = try await test.now()
            #expect(try await test.store.commit(run.next(.cancelled, at: now)) == .committed)
            #expect(try await test.store.owned(by: .north).isEmpty)
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.owner == .north)
            #expect(stored.surroundings.takes.isEmpty)
            let summary = try await test.store.workflows(WorkflowFilter(), PageRequest()).elements.first
            #expect(summary?.endedAt == now)
            // Kept for an hour.
            #expect(try await test.store.sweep(limit: 10) == 0)
        }
    }

    @Test("Traces are handed on with the tasks of each commit", arguments: StoreKind.allCases)
    func traces(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.chain)
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.taken(), .completed())) == .committed)
            try await test.register(.ada, ["check"])
            #expect(try await test.take(.ada).tasks.map(\.traceparent) == ["00-trace"])
        }
    }
}

extension Effect {
    /// `enqueue 0` or `dequeue 0`; `nil` for what moves no entry.
    fileprivate var queueing: String? {
        switch self {
        case .enqueue(let dispatch): "enqueue \(dispatch.task.step)"
        case .dequeue(let step): "dequeue \(step)"
        case .saveResult, .saveOutput, .addStep, .record, .openEscalation, .closeEscalation, .guide, .forgetGuidance,
            .handleEscalation:
            nil
        }
    }
}
