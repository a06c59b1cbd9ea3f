import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: starting", .timeLimit(.minutes(1)))
struct StoreStartTests {
    @Test("A started workflow is there with all that it was started with", arguments: StoreKind.allCases)
    func start(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.chain, input: #"{"text": "é\u0000"}"#)
            #expect(try await run.start(in: test.store) == .started)
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.id == run.id)
            #expect(stored.plan == run.started.plan)
            #expect(stored.input == run.started.input)
            #expect(stored.checkpoint.head == run.workflow.checkpointHead)
            #expect(stored.checkpoint.steps == run.workflow.checkpoint.steps)
            #expect(stored.checkpoint.results.isEmpty)
            #expect(stored.checkpoint.output == nil)
            #expect(stored.revision == 1)
            #expect(stored.owner == .north)
            #expect(stored.takeovers == 0)
            #expect(stored.traceparent == "00-trace")
            #expect(stored.surroundings.takes.isEmpty)
            #expect(try await test.store.owned(by: .north) == [run.id])
            #expect(try await test.events(of: run.id) == ["workflow_started", "step_queued"])
        }
    }

    @Test("What was never started is not there", arguments: StoreKind.allCases)
    func unknown(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = WorkflowID.unique()
            #expect(try await test.store.workflow(id) == nil)
            #expect(try await test.store.history(of: id, PageRequest()) == nil)
            #expect(try await test.store.escalation(EscalationID(workflow: id, number: 1)) == nil)
            let commit = try StoredRun(id: id).first
            #expect(try await test.store.commit(commit) == .fenced)
            #expect(try await test.store.workflow(id) == nil)
        }
    }

    @Test("The tasks of a start are on their queues", arguments: StoreKind.allCases)
    func tasks(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.chain, input: #"{"text":"A"}"#)
            try await run.start(in: test.store)
            try await test.register(.ada, ["work", "check"])
            let task = try #require(try await test.take(.ada, 8).tasks.first)
            let (dispatch, now) = (task.dispatch, try await test.now())
            #expect(dispatch.task == run.task())
            #expect(dispatch.stepID == "draft")
            #expect(dispatch.taskType == "work")
            #expect(dispatch.attempt == 1)
            #expect(dispatch.payload == #"{"input":{"text":"A"},"results":{}}"#)
            #expect(dispatch.timeout == TaskStep.defaultTimeout)
            #expect(task.traceparent == "00-trace")
            #expect(now - task.takenAt < .seconds(20) && task.takenAt <= now)
            #expect(try await test.leftOnQueue(of: "check").isEmpty)
        }
    }

    @Test("A start that is sent again does nothing a second time", arguments: StoreKind.allCases)
    func again(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(key: "key")
            #expect(try await run.start(in: test.store) == .started)
            #expect(try await run.start(in: test.store).isStarted)
            #expect(try await test.events(of: run.id) == ["workflow_started", "step_queued"])
            // Not even when the workflow has moved on since.
            #expect(try await test.store.commit(run.next(.taken(), .completed())) == .committed)
            #expect(try await run.start(in: test.store).isStarted)
            #expect(try await test.store.workflow(run.id)?.revision == 2)
            #expect(try await test.leftOnQueue().isEmpty)
        }
    }

    @Test("A key with the same plan and input gives the workflow that it started", arguments: StoreKind.allCases)
    func sameKey(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let (first, second) = (try StoredRun(key: "a key"), try StoredRun(key: "a key"))
            try await first.start(in: test.store)
            #expect(try await second.start(in: test.store) == .known(first.id))
            #expect(try await test.store.workflow(second.id) == nil)
            #expect(try await test.leftOnQueue() == [first.task()])
            #expect(try await test.store.owned(by: .north) == [first.id])
        }
    }

    @Test("A key with another plan or input is refused", arguments: StoreKind.allCases)
    func reusedKey(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await StoredRun(key: "k").start(in: test.store)
            let others = [try StoredRun(input: "1", key: "k"), try StoredRun(StoredRun.double, key: "k")]
            for other in others {
                #expect(try await other.start(in: test.store) == .keyReused)
                #expect(try await test.store.workflow(other.id) == nil)
            }
            #expect(try await test.leftOnQueue().count == 1)
            let page = try await test.store.workflows(WorkflowFilter(), PageRequest())
            #expect(page.elements.count == 1)
        }
    }

    @Test("Other keys, and none, start workflows of their own", arguments: StoreKind.allCases)
    func otherKeys(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for run in [try StoredRun(key: "a"), try StoredRun(key: "b"), try StoredRun(), try StoredRun()] {
                #expect(try await run.start(in: test.store) == .started)
            }
            #expect(try await test.leftOnQueue().count == 4)
        }
    }

    @Test("A key may outlive its workflow: then it starts another one", arguments: StoreKind.allCases)
    func keyOutlives(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var first = try StoredRun(key: "k")
            first.retention = .zero
            try await first.start(in: test.store)
            #expect(try await test.store.commit(first.next(.cancelled)) == .committed)
            #expect(try await test.store.sweep(limit: 10) == 1)

            let other = try StoredRun(input: "1", key: "k")
            #expect(try await other.start(in: test.store) == .keyReused)
            let second = try StoredRun(key: "k")
            #expect(try await second.start(in: test.store) == .started)
            #expect(try await StoredRun(key: "k").start(in: test.store) == .known(second.id))
        }
    }

    @Test("A workflow that ends as it starts has no owner to look after it", arguments: StoreKind.allCases)
    func endsAtOnce(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let skipped = StoredRun.plan(steps: #"{"id": "only", "task_type": "work", "when": "`false`"}"#)
            let run = try StoredRun(skipped)
            #expect(run.workflow.status == .completed)
            try await run.start(in: test.store)
            #expect(try await test.store.owned(by: .north).isEmpty)
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.checkpoint.output == run.workflow.output)
            // Its time came long ago: the run began, and ended, in the past.
            #expect(try await test.store.sweep(limit: 10) == 1)
        }
    }

    @Test("A start with thousands of tasks puts all of them on their queue", arguments: StoreKind.allCases)
    func wide(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.wide(2500))
            try await run.start(in: test.store)
            try await test.register(.ada, slots: 1000)
            let taken = try await test.take(.ada, 1000)
            #expect(taken.tasks.map(\.dispatch.task.step) == Array(0..<1000))
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.checkpoint.steps == run.workflow.checkpoint.steps)
            #expect(stored.surroundings.takes.map(\.step) == Array(0..<1000))
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await test.leftOnQueue().isEmpty)
            #expect(try await test.take(.ada, 1).tasks.isEmpty)
        }
    }
}
