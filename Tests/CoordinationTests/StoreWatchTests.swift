import Coordination
import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

/// What stores know of tasks that agents work on for long.
@Suite("What is heard of tasks, and told of them", .timeLimit(.minutes(1)))
struct StoreWatchTests {
    private static func plan(_ fields: String) -> String {
        StoredRun.plan(steps: #"{"id": "only", "task_type": "work", \#(fields)}"#)
    }

    private func heardAt(_ run: StoredRun, _ test: StoreUnderTest) async throws -> Instant? {
        try await test.store.surroundings(of: run.id, steps: [0], after: .beginning).takes.first?.heardAt
    }

    @Test("A task is heard of when it is taken and whenever its agent names it", arguments: StoreKind.allCases)
    func heard(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(Self.plan(#""heartbeat_timeout": "30s""#))
            try await run.start(in: test.store)
            try await test.register(.ada)
            let task = try #require(try await test.take(.ada).tasks.first)
            #expect(task.dispatch.heartbeatTimeout == .seconds(30))
            let taken = try #require(try await heardAt(run, test))
            #expect(taken == task.takenAt)
            try await test.wait(.milliseconds(5))
            // Another task of the agent says nothing of this one.
            _ = try await test.take(.ada, 0, running: [StoredRun().task()])
            #expect(try await heardAt(run, test) == taken)
            _ = try await test.take(.ada, 0, running: [run.task()])
            let named = try #require(try await heardAt(run, test))
            #expect(named > taken)
            // An answer was lost: it is given again.
            try await test.wait(.milliseconds(5))
            #expect(try await test.take(.ada, 1).tasks.count == 1)
            let again = try #require(try await heardAt(run, test))
            #expect(again > named)
            // Nothing is kept of an agent that has gone.
            _ = try await test.store.deregister(.ada, at: .north)
            #expect(try await heardAt(run, test) == nil)
        }
    }

    @Test("Of other tasks nothing is kept", arguments: StoreKind.allCases)
    func others(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada)
            _ = try await test.take(.ada)
            _ = try await test.take(.ada, 0, running: [run.task()])
            #expect(try await heardAt(run, test) == nil)
            #expect(try await test.redis?.command("KEYS", "*watched*").array?.count ?? 0 == 0)
        }
    }

    @Test("A task that was answered is not kept in mind", arguments: [StoreKind.redis])
    func forgotten(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(Self.plan(#""heartbeat_timeout": "30s""#))
            try await run.start(in: test.store)
            try await test.register(.ada)
            _ = try await test.take(.ada)
            #expect(try await test.store.commit(run.next(.taken(), .completed())).isCommitted)
            _ = try await test.take(.ada)
            #expect(try await test.redis?.command("KEYS", "*watched*").array?.count == 0)
            let flag = try await test.redis?.command(
                "HEXISTS", RedisArgument("ganglion:{p0}:default:agent:\(AgentID.ada)"), "watches")
            #expect(flag?.integer == 0)
        }
    }

    @Test("So many heartbeats with the same fingerprint are told of, again and again", arguments: StoreKind.allCases)
    func stalled(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(Self.plan(#""stuck": {"after_heartbeats": 2}"#))
            try await run.start(in: test.store)
            try await test.register(.ada)
            _ = try await test.take(.ada)
            func beat(_ fingerprint: String?) async throws -> [StalledTask] {
                let said = fingerprint.map { [run.task(): $0] } ?? [:]
                let request = TakeRequest(agent: .ada, wanted: 0, running: [run.task()], fingerprints: said)
                guard case .alive(let taken) = try await test.store.take(request, at: .north) else { return [] }
                return taken.stalled
            }
            #expect(try await beat("page 1 of 2").isEmpty)
            #expect(try await beat("page 2 of 2").isEmpty)
            let since = try await test.now()
            #expect(try await beat(nil).isEmpty)
            let stalled = try await beat("page 2 of 2")
            #expect(stalled.map(\.heartbeats) == [2])
            #expect(stalled.first?.task == run.task() && stalled.first?.attempt == 1)
            #expect(try #require(stalled.first?.since) <= since)
            #expect(try await beat("page 2 of 2").isEmpty)
            #expect(try await beat("page 2 of 2").map(\.heartbeats) == [4])
            #expect(try await beat("page 3").isEmpty)
        }
    }

    @Test("What earlier attempts made comes with the next one", arguments: StoreKind.allCases)
    func partial(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.hasty)
            try await run.start(in: test.store)
            try await test.register(.ada)
            _ = try await test.take(.ada)
            let report = ProgressReport(partial: #"{"pages": [1, "two"]}"#)
            let progress = Event.step(0, .progressed(attempt: 1, by: .ada, report))
            #expect(try await test.store.commit(run.next(.taken(), progress, .failed())).isCommitted)
            let next = try #require(try await test.take(.ada).tasks.first)
            #expect(next.dispatch.attempt == 2)
            #expect(next.dispatch.partial == #"{"pages": [1, "two"]}"#)
            #expect(next.dispatch.answers == nil && next.dispatch.heartbeatTimeout == nil)
        }
    }

    @Test(
        "A note is told with the next request that names the task, and again later until it is acknowledged",
        arguments: StoreKind.allCases)
    func guidance(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            // It is told again after a third of this.
            try await test.register(.ada, lifetime: .seconds(3))
            _ = try await test.take(.ada)
            let note = Event.step(0, .guided(text: "use \"the\" other\nfile", by: "ops"))
            #expect(try await test.store.commit(run.next(.taken(), note)).isCommitted)
            #expect(try await test.take(.ada, 0).guidance.isEmpty)
            let told = try await test.take(.ada, 0, running: [run.task()]).guidance
            #expect(told.map(\.task) == [run.task()])
            #expect(told.map(\.guidance) == run.workflow.steps[0].long.guidance)
            #expect(try await test.take(.ada, 0, running: [run.task()]).guidance.isEmpty)
            try await test.wait(.milliseconds(1010))
            #expect(try await test.take(.ada, 1, running: [run.task()]).guidance == told)
            let acknowledged = Event.step(0, .acknowledged(attempt: 1, by: .ada, through: 1))
            #expect(try await test.store.commit(run.next(acknowledged)).isCommitted)
            try await test.wait(.milliseconds(1010))
            #expect(try await test.take(.ada, 1, running: [run.task()]).guidance.isEmpty)
        }
    }

    @Test("Notes of a task come in their order, however long they are", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada)
            _ = try await test.take(.ada)
            #expect(try await test.store.commit(run.next(.taken())).isCommitted)
            for number in 1...9 {
                let text = "note \(number) \(String(repeating: "x", count: 100))"
                let note = Event.step(0, .guided(text: text, by: "ops"))
                #expect(try await test.store.commit(run.next(note)).isCommitted)
            }
            let told = try await test.take(.ada, 0, running: [run.task()]).guidance
            #expect(told.map(\.guidance.number) == Array(1...9))
        }
    }

    @Test("A note goes to nobody who has gone, and with a task that is given again", arguments: StoreKind.allCases)
    func guidanceOfGiven(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada)
            try await test.register(.bob)
            _ = try await test.take(.ada)
            let note = Event.step(0, .guided(text: "hurry", by: "ops"))
            #expect(try await test.store.commit(run.next(.taken(), note)).isCommitted)
            let again = try await test.take(.ada)
            #expect(again.tasks.count == 1 && again.guidance.map(\.guidance.text) == ["hurry"])
            _ = try await test.store.deregister(.ada, at: .north)
            let more = Event.step(0, .guided(text: "more", by: "ops"))
            #expect(try await test.store.commit(run.next(more)).isCommitted)
            #expect(try await test.redis?.command("KEYS", "*guidance*").array?.count ?? 0 == 0)
            #expect(try await test.store.agent(.ada)?.status == .left)
        }
    }

    @Test("An agent that is paused or draining keeps what it has and gets nothing new", arguments: StoreKind.allCases)
    func conduct(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let (first, second) = (try StoredRun(), try StoredRun())
            try await first.start(in: test.store)
            try await test.register(.ada)
            #expect(try await test.store.conduct(.bob, .pause) == .unknown)
            _ = try await test.take(.ada)
            try await second.start(in: test.store)
            for (conduct, status) in [(AgentConduct.pause, AgentStatus.paused), (.drain, .draining)] {
                #expect(try await test.store.conduct(.ada, conduct) == .done)
                let taken = try await test.take(.ada, 2, running: [first.task()])
                #expect(taken.status == status && taken.tasks.isEmpty && taken.stop.isEmpty)
                // What it forgot is still given to it again.
                #expect(try await test.take(.ada, 2).tasks.map(\.dispatch.task) == [first.task()])
                #expect(try await test.store.pool().map(\.status) == [status])
            }
            #expect(try await test.store.conduct(.ada, .resume) == .done)
            #expect(try await test.take(.ada, 2, running: [first.task()]).tasks.count == 1)
            _ = try await test.store.deregister(.ada, at: .north)
            #expect(try await test.store.conduct(.ada, .resume) == .gone)
            #expect(try await test.store.agent(.ada)?.status == .left)
        }
    }
}
