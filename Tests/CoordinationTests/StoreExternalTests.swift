import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: external workflows", .timeLimit(.minutes(1)))
struct StoreExternalTests {
    private static let task: JSONText = #"[{"id": "only", "task_type": "work", "payload": "${input}"}]"#

    @Test(
        "Steps that were added are there with the plan, and their tasks on their queues", arguments: StoreKind.allCases)
    func added(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.external, input: "7")
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.added(Self.task))) == .committed)
            #expect(try await test.store.commit(run.next(.added(#"[{"id": "r", "result": {"x": 1}}]"#))) == .committed)
            #expect(try await test.leftOnQueue() == [run.task()])

            let stored = try #require(try await test.store.workflow(run.id))
            #expect(
                stored.added == [0: #"{"id": "only", "task_type": "work", "payload": "${input}"}"#, 1: #"{"id":"r"}"#])
            #expect(stored.checkpoint.results == [1: #"{"x": 1}"#])
            var workflow = try stored.workflow(PlanCache())
            #expect(workflow.plan.steps.map(\.id) == ["only", "r"])
            #expect(workflow.steps == run.workflow.steps)
            #expect(workflow.apply(.added(Self.task), at: StoredRun.beginning).outcome == .duplicate)
            let next: JSONText = #"[{"id": "next", "task_type": "work", "payload": "${steps.r.result.x}"}]"#
            #expect(workflow.apply(.added(next), at: StoredRun.beginning).outcome == .accepted)
        }
    }

    @Test("An added step costs what it is, however many there are")
    func cost() throws {
        func bytes(afterSteps count: Int) throws -> Int {
            var run = try StoredRun(StoredRun.external, input: "7")
            if count > 0 {
                let steps = (0..<count).map { #"{"id": "s\#($0)", "task_type": "work"}"# }.joined(separator: ",")
                _ = run.next(.added(JSONText(unchecked: Array("[\(steps)]".utf8))))
            }
            let commit = run.next(.added(Self.task))
            #expect(commit.steps.count == 1)
            var operations = RedisArguments()
            commit.appendOperations(to: &operations)
            return commit.head.bytes.count + operations.byteCount
        }
        let (first, thousandth) = (try bytes(afterSteps: 0), try bytes(afterSteps: 1000))
        #expect(thousandth < first + 100)
    }

    @Test("A plan with a gap is damaged", arguments: StoreKind.allCases)
    func gap(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.external)
            try await run.start(in: test.store)
            let steps = run.next(
                .added(#"[{"id": "a", "result": 1}, {"id": "b", "task_type": "work", "after": ["a"]}]"#))
            #expect(try await test.store.commit(steps).isCommitted)
            var stored = try #require(try await test.store.workflow(run.id))
            stored.added[0] = nil
            #expect(throws: CoordinationError.self) { try stored.workflow(PlanCache()) }
        }
    }

    @Test("Its key counts as long as the workflow is remembered, and no longer", arguments: StoreKind.allCases)
    func key(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.external, key: "k")
            run.retention = .zero
            try await run.start(in: test.store)
            #expect(try await StoredRun(StoredRun.external, key: "k").start(in: test.store) == .known(run.id))
            if let redis = test.redis {
                let slots = try await redis.command("KEYS", "*idempotency:*").array ?? []
                #expect(try await redis.command("TTL", .init(slots[0].string ?? "")).integer == -1)
            }
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await test.store.sweep(limit: 10) == 1)
            let other = try StoredRun(StoredRun.external, input: "1", key: "k")
            #expect(try await other.start(in: test.store) == .started)
        }
    }
}
