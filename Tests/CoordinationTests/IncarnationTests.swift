import Logging
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// Nodes that stood still for so long that others took them for dead, and wake.
@Suite("Incarnations", .timeLimit(.minutes(1)))
struct IncarnationTests {
    private static let options = NodeOptions.quick(nodeTimeout: .milliseconds(300))

    private func start(_ count: Int, at test: NodeUnderTest) async throws -> [WorkflowID] {
        var ids: [WorkflowID] = []
        for _ in 0..<count { ids.append(try await test.start(StepsText.only())) }
        return ids
    }

    /// Lets the node say nothing more until the signal; returns when its lease has ended.
    private func silence(_ test: NodeUnderTest) async throws -> Signal {
        let awake = Signal()
        let before = test.count(.heartbeat)
        test.script(.heartbeat, [.hold(awake)])
        try await eventually { test.count(.heartbeat) > before }
        try await eventually {
            let nodes = try await test.store.nodes(PageRequest()).elements
            return nodes.first { $0.id == test.node.id }?.status == .lost
        }
        return awake
    }

    @Test("A node that was taken for dead goes on as another one, and says so")
    func anotherNode() async throws {
        try await withRedisServer { redis in
            let log = EventLog<String>()
            let logger = Logger(label: "ganglion") { _ in RecordedLog(log: log) }
            try await withNode(redis, Self.options, logger: logger) { first in
                try await withNode(redis, Self.options) { second in
                    let former = first.node.id
                    let ids = try await start(5, at: first)
                    let awake = try await silence(first)
                    try await eventually { await second.node.hosts[0].count == ids.count }
                    awake.send()
                    try await eventually { first.node.id != former }
                    try await eventually { await first.node.hosts[0].count == 0 }

                    let nodes = try await second.store.nodes(PageRequest()).elements
                    let standing = nodes.map { "\($0.id): \($0.status) \($0.workflows)" }
                    #expect(
                        Set(standing) == [
                            "\(former): lost 0", "\(first.node.id): alive 0", "\(second.node.id): alive 5",
                        ])
                    #expect(log.events.contains("others took this node for dead; it goes on as another one"))
                    // It is a node like any other.
                    let id = try await first.start(StepsText.only())
                    #expect(try await first.stored(id).owner == first.node.id)
                    let agent = try await first.register("work")
                    #expect(try await first.take(agent, 9).count == 6)
                    #expect(first.node.id != former)
                }
            }
        }
    }

    @Test("What nobody has claimed by then is its own again; what others have is theirs")
    func leftBehind() async throws {
        try await withRedisServer { redis in
            try await withNode(redis, Self.options) { test in
                let former = test.node.id
                let ids = try await start(5, at: test)
                let agent = try await test.register("work")
                let tasks = try await test.take(agent, 5)
                try await StoreUnderTest(test.store, redis: redis).judge(.south)
                let awake = try await silence(test)
                _ = try await test.store.claim(ids[0], for: .south)
                awake.send()
                try await eventually { await test.node.hosts[0].count == 4 }
                #expect(test.node.id != former)
                for id in ids.dropFirst() { #expect(try await test.stored(id).owner == test.node.id) }
                #expect(try await test.stored(ids[0]).owner == .south)
                for task in tasks where task.dispatch.task.workflow != ids[0] {
                    #expect(try await test.complete(task, by: agent) == .accepted)
                }
            }
        }
    }

    @Test("An answer whose commit was on its way is given to the workflow's next coordinator")
    func answerOnItsWay() async throws {
        try await withRedisServer { redis in
            try await withNode(redis, Self.options) { test in
                let ids = try await start(2, at: test)
                let agent = try await test.register("work")
                let tasks = try await test.take(agent, 2)
                let task = try #require(tasks.first { $0.dispatch.task.workflow == ids[1] })
                // The takes are stored, so that the next commit is the answer's.
                try await eventually { test.count(.commit) == 2 }
                let commit = Signal()
                test.script(.commit, [.hold(commit)])
                let before = test.count(.commit)
                async let answer = test.complete(task, by: agent)
                try await eventually { test.count(.commit) > before }
                try await StoreUnderTest(test.store, redis: redis).judge(.south)
                let awake = try await silence(test)
                _ = try await test.store.claim(ids[0], for: .south)
                awake.send()
                try await eventually { try await test.stored(ids[1]).owner == test.node.id }
                commit.send()
                #expect(try await answer == .accepted)
                #expect(try await test.end(of: ids[1]).status == .completed)
                #expect(try await test.stored(ids[1]).takeovers == 1)
            }
        }
    }

    @Test("A workflow whose start was answered late is coordinated under the new id, which has claimed it by then")
    func lateAnswer() async throws {
        try await withRedisServer { redis in
            try await withNode(redis, Self.options) { test in
                let former = test.node.id
                let other = try await test.start(StepsText.only())
                let late = Signal()
                test.script(.start, [.holdReply(late)])
                async let started = test.start(StepsText.only())
                try await StoreUnderTest(test.store, redis: redis).judge(.south)
                let awake = try await silence(test)
                _ = try await test.store.claim(other, for: .south)
                awake.send()
                try await eventually { test.node.id != former }
                try await eventually { try await test.store.owned(by: test.node.id).count == 1 }
                late.send()
                let id = try await started
                #expect(try await test.stored(id).owner == test.node.id)
                try await eventually { await test.node.hosts[0].coordinator(of: id) != nil }
            }
        }
    }

    @Test(
        "Whatever it was about to do when it froze, each workflow is coordinated by a living node after that",
        arguments: [FaultyStore.Call.start, .commit, .claim, .claimOrphans])
    func frozen(_ call: FaultyStore.Call) async throws {
        try await withRedisServer { redis in
            try await withNode(redis, Self.options) { first in
                try await withNode(redis, Self.options) { second in
                    let former = first.node.id
                    var ids = try await start(3, at: first)
                    let agent = try await second.register("work")
                    let tasks = try await second.take(agent, 3)
                    let thaw = Signal()
                    first.script(call, [.hold(thaw)])
                    // Of a node that nobody knows, for these two to claim.
                    let run = try StoredRun()
                    try await run.start(in: second.store)
                    ids.append(run.id)
                    async let started = call == .start ? first.start(StepsText.only()) : nil
                    async let answered = call == .commit ? first.complete(tasks[0], by: agent) : nil
                    async let _ = call == .claim ? first.node.cancel(run.id, by: "ops", reason: nil) : nil
                    let awake = try await silence(first)
                    try await eventually { try await second.store.owned(by: former).isEmpty }
                    thaw.send()
                    awake.send()
                    if let id = try? await started { ids.append(id) }
                    _ = try? await answered
                    try await eventually { first.node.id != former }
                    for id in ids {
                        try await eventually {
                            if try await second.status(id).isTerminal { return true }
                            for test in [first, second] where try await second.stored(id).owner == test.node.id {
                                return await test.node.hosts[0].coordinator(of: id) != nil
                            }
                            return false
                        }
                    }
                }
            }
        }
    }
}
