import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: limits of task types", .timeLimit(.minutes(1)))
struct StoreLimitTests {
    @Test("A paused type gives nothing new, and what is held may be finished", arguments: StoreKind.allCases)
    func pause(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada)
            var runs = try await test.startRuns(2)
            #expect(try await test.take(.ada).tasks.count == 1)
            try await test.configure(#"{"paused": true}"#)
            #expect(try await test.take(.ada, 5, running: [runs[0].task()]).tasks.isEmpty)
            #expect(try await test.store.commit(runs[0].next(.taken(), .completed())).isCommitted)
            try await test.configure(#"{"paused": false}"#)
            #expect(try await test.take(.ada, 5).tasks.map(\.dispatch.task) == [runs[1].task()])
        }
    }

    @Test("No more tasks are held at once than may be, whoever asks", arguments: StoreKind.allCases)
    func concurrency(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(#"{"max_concurrency": 3}"#)
            for agent in [AgentID.ada, .bob] { try await test.register(agent) }
            var runs = try await test.startRuns(6)
            #expect(try await test.take(.ada, 2).tasks.count == 2)
            #expect(try await test.take(.bob, 5).tasks.count == 1)
            #expect(try await test.take(.bob, 5, running: [runs[2].task()]).tasks.isEmpty)
            #expect(try await test.store.commit(runs[0].next(.taken(), .completed())).isCommitted)
            #expect(
                try await test.take(.bob, 5, running: [runs[2].task()]).tasks.map(\.dispatch.task) == [runs[3].task()])
            let status = try #require(try await test.store.taskType("work"))
            #expect(status.held == 3 && status.waiting == 2)
        }
    }

    @Test("What a lost agent held counts until it is given back, and in lanes as well", arguments: StoreKind.allCases)
    func lostAgent(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(#"{"max_concurrency": 2, "fairness": {"key": "payload"}}"#)
            try await test.register(.ada, lifetime: .milliseconds(50))
            try await test.register(.bob)
            var run = try StoredRun(StoredRun.hasty)
            try await test.start(run, lane: "a/")
            try await test.startRuns(1, lane: "b/")
            #expect(try await test.take(.ada, 5).tasks.count == 2)
            try await test.startRuns(1, lane: "c/")
            #expect(try await test.take(.bob).tasks.isEmpty)
            try await test.wait(.milliseconds(60))
            let lost = try await test.store.removeLostAgents(for: .north)
            #expect(lost.holders.first?.holds.count == 2)
            let gone = StepEvent.agentGone(attempt: 1, .ada, reason: "lost")
            #expect(try await test.store.commit(run.next(.taken(), .step(0, gone))).isCommitted)
            #expect(try await test.take(.bob, 5).tasks.count == 1)
            #expect(try #require(try await test.store.taskType("work")).held == 2)
        }
    }

    @Test("A rate lets a burst through, then one in each interval, and says when", arguments: StoreKind.allCases)
    func rate(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            // One in 200 ms.
            try await test.configure(#"{"rate": {"limit": 300, "per": "minute", "burst": 2}}"#)
            try await test.register(.ada, slots: 100)
            try await test.startRuns(4)
            let begun = try await test.now()
            let taken = try await test.take(.ada, 10)
            #expect(taken.tasks.count == 2)
            let again = try #require(taken.recalls.first)
            #expect(again.call == "work")
            #expect(again.at >= begun + .milliseconds(150) && again.at <= begun + .milliseconds(300))
            #expect(try await test.take(.ada, 10, running: taken.tasks.map(\.dispatch.task)).tasks.isEmpty)
            try await test.wait(past: again.at)
            let second = try await test.take(.ada, 0)
            #expect(second.tasks.isEmpty && second.recalls.isEmpty)
            #expect(try await test.take(.bob(test), 1).tasks.count == 1)
        }
    }

    @Test("Each key has a rate of its own, and none holds another up", arguments: StoreKind.allCases)
    func quotas(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(#"{"rate": {"limit": 1, "per": "minute", "key": "payload"}}"#)
            try await test.register(.ada, slots: 100)
            let fast = try await test.startRuns(3, lane: "/fast")
            let slow = try await test.startRuns(1, lane: "/slow")
            let taken = try await test.take(.ada, 10)
            #expect(Set(taken.tasks.map(\.dispatch.task)) == [fast[0].task(), slow[0].task()])
            let status = try #require(try await test.store.taskType("work"))
            #expect(status.waiting == 2 && status.held == 2 && status.limitedKeys == 1)
            #expect(status.nextFreeAt == taken.recalls.first?.at)
            let queued = try await test.store.queued(of: fast[1].id, steps: [0])
            #expect(queued.first?.lane == TaskLane("/fast"))
            #expect(queued.first?.quotaFreeAt == status.nextFreeAt)
            // Taken back, the limit holds nobody up.
            try await test.configure("{}")
            let named = taken.tasks.map(\.dispatch.task)
            #expect(
                try await test.take(.ada, 10, running: named).tasks.map(\.dispatch.task) == fast[1...].map { $0.task() }
            )
        }
    }

    @Test("What is limited calls nobody when nothing of it waits", arguments: StoreKind.allCases)
    func noRecall(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(#"{"rate": {"limit": 1, "per": "minute"}}"#)
            try await test.register(.ada)
            #expect(try await test.take(.ada, 5).recalls.isEmpty)
            try await test.startRuns(1)
            #expect(try await test.take(.ada, 5).recalls.isEmpty)
            try await test.startRuns(1)
            #expect(try await test.take(.ada, 5, running: []).recalls.count == 1)
        }
    }

    @Test("What is set is read by its revision, and taken back", arguments: StoreKind.allCases)
    func settings(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            #expect(try await test.store.settings(newerThan: 0) == nil)
            let text = """
                {"paused":true,"max_concurrency":7,"rate":{"limit":5,"per":"second","burst":3,"key":"payload.who"},\
                "fairness":{"key":"workflow.labels.team"},"timeout":"30s","retry":{"max_attempts":9}}
                """
            try await test.configure(text)
            let table = try #require(try await test.store.settings(newerThan: 0))
            #expect(table.settings["work"]?.json.string == text)
            #expect(try await test.store.settings(newerThan: table.revision) == nil)
            #expect(try await test.store.taskType("work")?.settings?.json.string == text)
            try await test.store.configure("work", nil)
            let next = try #require(try await test.store.settings(newerThan: table.revision))
            #expect(next.revision > table.revision && next.settings.isEmpty)
            #expect(try await test.store.taskType("work")?.settings == nil)
            #expect(try await test.store.heartbeat(of: .north, lease: .seconds(60)).settingsRevision == next.revision)
        }
    }

    @Test(
        "Types are listed that agents can do, tasks are queued of, or something is set for",
        arguments: StoreKind.allCases)
    func list(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada, ["check", "draft"])
            try await test.configure("{}", of: "paint")
            let before = try await test.now()
            try await test.startRuns(2)
            let first = try await test.store.taskTypes(PageRequest(limit: 3))
            #expect(first.elements.map(\.name) == ["check", "draft", "paint"])
            let rest = try await test.store.taskTypes(PageRequest(cursor: first.next, limit: 3))
            #expect(rest.elements.map(\.name) == ["work"] && rest.next == nil)
            let work = try #require(rest.elements.first)
            #expect(work.waiting == 2 && work.held == 0)
            #expect(try #require(work.oldestSince) >= before)
            #expect(try await test.store.taskType("nothing") == nil)
            #expect(try await test.store.pool().map(\.profile.types) == [["check", "draft"]])
        }
    }
}

extension AgentID {
    /// Another agent of the test's, registered.
    static func bob(_ test: StoreUnderTest) async throws -> AgentID {
        try await test.register(.bob, slots: 100)
        return .bob
    }
}

extension StoreUnderTest {
    func configure(_ settings: String, of type: String = "work") async throws {
        let text = try JSONText(validating: Array(settings.utf8))
        let read: TaskTypeSettings = try #require(TaskTypeSettings(stored: text))
        try await store.configure(type, read)
    }

    /// Starts a run whose task waits in a lane, as the coordinators' node would have it.
    func start(_ run: StoredRun, lane: String? = nil) async throws {
        var commit = run.first
        commit.newTypes = ["work"]
        if let lane { commit.lanes = [0: try #require(TaskLane(lane))] }
        _ = try await store.start(commit, of: run.started)
    }

    @discardableResult
    func startRuns(_ count: Int, lane: String? = nil) async throws -> [StoredRun] {
        var runs: [StoredRun] = []
        for _ in 0..<count {
            let run = try StoredRun()
            try await start(run, lane: lane)
            runs.append(run)
        }
        return runs
    }
}
