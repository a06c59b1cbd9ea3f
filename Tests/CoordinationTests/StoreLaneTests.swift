import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: lanes of task types", .timeLimit(.minutes(1)))
struct StoreLaneTests {
    private static let fair = #"{"fairness": {"key": "payload"}}"#

    @Test("A group with many tasks delays one with few by a turn each", arguments: StoreKind.allCases)
    func fairness(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(Self.fair)
            try await test.register(.ada, slots: 1000)
            let many = Set(try await test.startRuns(200, lane: "many/").map(\.id))
            let first = try await test.take(.ada, 5)
            #expect(first.tasks.count == 5)
            let few = Set(try await test.startRuns(10, lane: "few/").map(\.id))
            var order: [WorkflowID] = []
            var named = first.tasks.map(\.dispatch.task)
            while order.count < 25 {
                let taken = try await test.take(.ada, 1, running: named).tasks
                order += taken.map(\.dispatch.task.workflow)
                named += taken.map(\.dispatch.task)
                guard !taken.isEmpty else { break }
            }
            let turns = order.indices.filter { few.contains(order[$0]) }
            #expect(turns.count == 10)
            for (number, place) in turns.enumerated() { #expect(place <= 2 * number + 1) }
            #expect(order.count { many.contains($0) } == 15)
        }
    }

    @Test(
        "Tasks without a key take turns with those that have one, as a group of their own",
        arguments: StoreKind.allCases)
    func unkeyed(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(Self.fair)
            try await test.register(.ada, slots: 1000)
            try await test.startRuns(20, lane: "/")
            let keyed = Set(try await test.startRuns(3, lane: "acme/").map(\.id))
            let taken = try await test.take(.ada, 6).tasks
            #expect(taken.count { keyed.contains($0.dispatch.task.workflow) } == 3)
            let status = try #require(try await test.store.taskType("work"))
            #expect(status.waiting == 17 && status.held == 6)
        }
    }

    @Test("A group with many quotas has no more turns than one with a single quota", arguments: StoreKind.allCases)
    func groups(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(
                #"""
                {"fairness": {"key": "payload.a"},
                 "rate": {"limit": 9999, "per": "second", "burst": 999, "key": "payload.b"}}
                """#)
            try await test.register(.ada, slots: 1000)
            for quota in 0..<4 { try await test.startRuns(10, lane: "wide/\(quota)") }
            let narrow = Set(try await test.startRuns(12, lane: "narrow/0").map(\.id))
            let taken = try await test.take(.ada, 16).tasks
            #expect(taken.count == 16)
            #expect((6...10).contains(taken.count { narrow.contains($0.dispatch.task.workflow) }))
        }
    }

    @Test(
        "A task in a lane is held, named, given again, answered and cancelled like any other",
        arguments: StoreKind.allCases)
    func life(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.configure(Self.fair)
            try await test.register(.ada)
            var runs = try await test.startRuns(3, lane: "acme%2F1/")
            let task = runs[0].task()
            #expect(try await test.take(.ada).tasks.map(\.dispatch.taskType) == ["work"])
            // Its answer was lost.
            #expect(try await test.take(.ada).tasks.map(\.dispatch.task) == [task])
            let named = try await test.take(.ada, 0, running: [task])
            #expect(named.stop.isEmpty && named.tasks.isEmpty)
            let found = try await test.store.surroundings(of: runs[0].id, steps: [0], after: .beginning)
            #expect(found.takes.map(\.agent) == [.ada])
            #expect(try await test.store.commit(runs[0].next(.taken(), .completed())).isCommitted)
            #expect(try await test.take(.ada, 0, running: [task]).stop == [task])
            // One is cancelled while it waits.
            #expect(try await test.store.commit(runs[1].next(.cancelled)).isCommitted)
            #expect(try await test.take(.ada, 5).tasks.map(\.dispatch.task) == [runs[2].task()])
            #expect(try await test.store.commit(runs[2].next(.taken(), .completed())).isCommitted)
            let status = try #require(try await test.store.taskType("work"))
            #expect(status.waiting == 0 && status.held == 0 && status.oldestSince == nil)
        }
    }

    @Test("Of empty lanes nothing is left, were there thousands of keys")
    func nothingLeft() async throws {
        try await withRedisStore { redis, test in
            try await test.configure(
                #"{"fairness": {"key": "payload.a"}, "rate": {"limit": 10000, "per": "second", "key": "payload.b"}}"#)
            try await test.register(.ada, slots: 1000)
            var runs: [StoredRun] = []
            for key in 0..<100 { runs += try await test.startRuns(1, lane: "t\(key % 7)/q\(key)") }
            var tasks: Set<TaskID> = []
            while tasks.count < 100 {
                tasks.formUnion(try await test.take(.ada, 100, running: Array(tasks)).tasks.map(\.dispatch.task))
            }
            for index in runs.indices {
                #expect(try await test.store.commit(runs[index].next(.taken(), .completed())).isCommitted)
            }
            _ = try await test.take(.ada, 0)
            // The rates of the last moments expire by themselves.
            try await eventually { try await redis.command("KEYS", "*rate:*").array?.isEmpty == true }
            for pattern in ["*agent_queue:*:*", "*lanes:*", "*turns:*", "*limited:*", "*groups:*", "*lane_tasks:*"] {
                #expect(try await redis.command("KEYS", RedisArgument(pattern)).array?.isEmpty == true, "\(pattern)")
            }
            let left = try await redis.command("HKEYS", "ganglion:{p0}:default:task_type:work").array ?? []
            #expect(left.compactMap(\.string).sorted() == ["burst", "interval", "keys", "quotas", "turn"])
        }
    }

    @Test(
        "What was queued before there were keys goes first, and lanes without keys are emptied",
        arguments: StoreKind.allCases)
    func changes(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada, slots: 100)
            let old = try await test.startRuns(1)
            try await test.configure(Self.fair)
            let new = try await test.startRuns(2, lane: "acme/")
            let first = try await test.take(.ada).tasks.map(\.dispatch.task)
            #expect(first == [old[0].task()])
            try await test.store.configure("work", nil)
            let plain = try await test.startRuns(1)
            let rest = try await test.take(.ada, 10, running: first).tasks.map(\.dispatch.task)
            #expect(rest == (new + plain).map { $0.task() })
        }
    }
}
