import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// Coordinators on a real Redis, with faults exactly where they hurt.
@Suite("Coordinators", .timeLimit(.minutes(1)))
struct CoordinatorTests {
    private static let chain = StepsText.plan(
        #"{"id": "a", "task_type": "work"}, {"id": "b", "task_type": "work", "after": ["a"]}"#)

    @Test("An answer is given when it is stored, and nobody reads it before")
    func answersAfterCommit() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(StepsText.only())
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                let go = Signal()
                let before = try await test.view(id)
                let commits = test.count(.commit)
                test.script(.commit, [.hold(go)])
                let log = EventLog<String>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        let outcome = try await test.complete(task, by: agent)
                        log.record("answered \(outcome)")
                    }
                    try await test.stores[0].calls.wait { $0.count { $0 == .commit } > commits }
                    group.addTask {
                        let view = try await test.view(id)
                        log.record("read \(view.workflow.status) \(view.revision)")
                    }
                    let stored = try await test.stored(id)
                    #expect(stored.revision == before.revision)
                    #expect(log.count == 0)
                    go.send()
                    try await group.waitForAll()
                }
                #expect(
                    Set(log.events) == ["answered accepted", "read completed \(before.revision + 1)"], "\(log.events)")
            }
        }
    }

    @Test("What arrives while a commit is on its way is stored by the next one, together")
    func together() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(StepsText.fanOut(30))
                let agent = try await test.register("work")
                _ = try await test.complete(test.takeOne(agent), by: agent)
                let tasks = try await test.take(agent, 30)
                #expect(tasks.count == 30)
                _ = try await test.view(id)
                let commits = test.count(.commit)
                let go = Signal()
                test.script(.commit, [.hold(go)])
                try await withThrowingTaskGroup(of: Outcome.self) { group in
                    group.addTask { try await test.complete(tasks[0], by: agent) }
                    try await test.stores[0].calls.wait { $0.count { $0 == .commit } > commits }
                    for task in tasks.dropFirst() {
                        group.addTask { try await test.complete(task, by: agent) }
                    }
                    try await eventually { await test.node.hosts[0].coordinator(of: id)?.mailCount == 29 }
                    go.send()
                    for try await outcome in group { #expect(outcome == .accepted) }
                }
                #expect(test.count(.commit) == commits + 2)
            }
        }
    }

    @Test("A reader sees a take, although nobody waits for it to be durable")
    func readsTakes() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(StepsText.only())
                let agent = try await test.register("work")
                _ = try await test.takeOne(agent)
                let view = try await test.view(id)
                #expect(view.workflow.steps[0].status == .running)
                #expect(view.workflow.steps[0].attempt?.agent == agent)
                #expect(try await test.stored(id).revision == view.revision)
            }
        }
    }

    @Test("A commit whose reply is lost counts once, whoever sends the answer again")
    func lostReply() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(Self.chain)
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                _ = try await test.view(id)
                test.script(.commit, [.loseReply])
                #expect(try await test.complete(task, by: agent) == .duplicate)
                #expect(try await test.complete(task, by: agent) == .duplicate)
                #expect(try await test.complete(test.takeOne(agent), by: agent) == .accepted)
                #expect(try await test.history(id, .stepCompleted) == ["step_completed a #1", "step_completed b #1"])
                #expect(try await test.history(id, .stepQueued) == ["step_queued a #1", "step_queued b #1"])
            }
        }
    }

    @Test("A commit that was not done is done by the coordinator's successor, without a word to the agent")
    func refusedCommit() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(Self.chain)
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                test.script(.commit, [.refuse])
                #expect(try await test.complete(task, by: agent) == .accepted)
                #expect(try await test.history(id, .stepStarted, .stepCompleted).last == "step_completed a #1")
            }
        }
    }

    @Test("While nothing can be stored the sender is told so, and when it can the workflow goes on by itself")
    func interrupted() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                // The commit of the timeout fails, and so do the first attempts to find out what is stored.
                test.script(.commit, [.refuse])
                test.script(.claim, [.refuse, .refuse, .refuse, .refuse])
                let id = try await test.start(StepsText.only(#""queue_timeout": "300ms""#))
                try await eventually { try await test.status(id) == .escalated }
                #expect(test.count(.claim) == 5)

                let other = try await test.start(StepsText.only())
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                _ = try await test.view(other)
                test.script(.commit, [.refuse])
                test.script(.claim, [FaultyStore.Fault](repeating: .refuse, count: 20))
                await #expect(throws: CoordinationError.unavailable("refused by the test")) {
                    try await test.complete(task, by: agent)
                }
                test.script(.claim, [])
                try await eventually { (try? await test.complete(task, by: agent)) == .accepted }
                #expect(try await test.status(other) == .completed)
            }
        }
    }

    @Test("A start whose reply is lost is coordinated all the same")
    func lostStart() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                test.script(.start, [.loseReply])
                await #expect(throws: CoordinationError.self) {
                    try await test.start(StepsText.only(#""queue_timeout": "200ms""#), key: "k")
                }
                let id = try await test.start(StepsText.only(#""queue_timeout": "200ms""#), key: "k")
                try await eventually { try await test.status(id) == .escalated }
                #expect(try await test.history(id, .workflowStarted).count == 1)
            }
        }
    }

    @Test("However many ask for a workflow that is not at hand, it is read once")
    func singleFlight() async throws {
        try await withRedisServer { redis in
            let id = try await withNode(redis) { test in try await test.start(Self.chain) }
            try await withNode(redis) { test in
                try await eventually { await test.node.hosts[0].coordinator(of: id) != nil }
                // Lost, and then asked for by many at once.
                test.script(.commit, [.refuse])
                let claims = test.count(.claim)
                let go = Signal()
                test.script(.claim, [.hold(go)])
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                try await withThrowingTaskGroup(of: Outcome.self) { group in
                    for number in 0..<50 {
                        group.addTask { try await test.complete(task, by: agent, result: "\(number)") }
                    }
                    try await test.stores[0].calls.wait { $0.count { $0 == .claim } > claims }
                    go.send()
                    var accepted = 0
                    for try await outcome in group where outcome == .accepted { accepted += 1 }
                    #expect(accepted == 1)
                }
                #expect(test.count(.claim) == claims + 1)
            }
        }
    }

    @Test("Whoever answers at the moment at which the workflow ends is told how it ended")
    func answersAtTheEnd() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let agent = try await test.register("work")
                for _ in 0..<100 {
                    let id = try await test.start(StepsText.only())
                    let task = try await test.takeOne(agent)
                    // Tasks that are at home on no loop wait for their turn on it with each call.
                    try await withThrowingTaskGroup(of: Outcome.self) { group in
                        for number in 0..<50 {
                            group.addTask { try await test.complete(task, by: agent, result: "\(number)") }
                        }
                        group.addTask { try await test.node.cancel(id, by: nil, reason: nil).outcome }
                        var accepted = 0
                        for try await outcome in group where outcome == .accepted { accepted += 1 }
                        #expect(accepted == 1)
                    }
                }
            }
        }
    }

    @Test("A coordinator whose workflow another node owns stores nothing more, and its readers are told by the store")
    func fenced() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(Self.chain)
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                let before = try await test.view(id)
                let other = try await giveAway(id, redis, test)
                let silence = CoordinationError.unavailable("the node that coordinates the workflow does not answer")
                await #expect(throws: silence) { try await test.complete(task, by: agent) }
                let stored = try await test.stored(id)
                #expect(stored.revision == before.revision)
                #expect(stored.owner == other)
                #expect(stored.surroundings.letters.count == 1)
                #expect(try await test.view(id).node == other)
            }
        }
    }

    @Test("Who waits for news at a coordinator that is fenced waits on at the store")
    func watchersOfFenced() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(Self.chain)
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                let revision = try await test.view(id).revision
                try await withThrowingTaskGroup(of: WorkflowView.self) { group in
                    group.addTask {
                        try await test.node.workflow(
                            id, newerThan: revision, within: .seconds(30), on: test.loop)
                    }
                    let other = try await giveAway(id, redis, test)
                    _ = try? await test.complete(task, by: agent)
                    // As the other node would.
                    try await redis.command("HINCRBY", Self.key(id), "revision", "1")
                    let view = try #require(try await group.next())
                    #expect(view.node == other)
                    #expect(view.revision == revision + 1)
                }
            }
        }
    }

    @Test("A Redis that lost its last commits is gone on from as it is")
    func lostCommits() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(StepsText.only(#""queue_timeout": "400ms""#))
                try await redis.command("HSET", Self.key(id), "revision", "0", "nonce", "0")
                // The commit of the timeout is refused, although nobody else has the workflow.
                try await eventually { try await test.status(id) == .escalated }
                #expect(try await test.view(id).workflow.status == .escalated)
            }
        }
    }

    @Test("A workflow that was given to another node while this one was away is not shown as it was")
    func staleReads() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(Self.chain)
                let other = try await giveAway(id, redis, test)
                test.script(.heartbeat, [.refuse])
                try await eventually { try await test.view(id).node == other }
            }
        }
    }

    private static func key(_ id: WorkflowID) -> RedisArgument {
        RedisArgument("ganglion:{p0}:default:workflow:\(id)")
    }

    /// Another node owns the workflow from here on, and lives.
    private func giveAway(_ id: WorkflowID, _ redis: RedisServer, _ test: NodeUnderTest) async throws -> NodeID {
        let other = NodeID(token: RandomToken(high: 5, low: 5))
        _ = try await test.store.heartbeat(of: other, lease: .seconds(60))
        try await redis.command("HSET", Self.key(id), "owner", RedisArgument("\(other)"))
        try await redis.command(
            "SREM", RedisArgument("ganglion:{p0}:default:coordinators:\(test.node.id)"), RedisArgument("\(id)"))
        return other
    }
}
