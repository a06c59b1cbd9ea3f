import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Coordinators that are of no use for a while", .timeLimit(.minutes(1)))
struct SleepTests {
    /// So short that whatever happens next finds a workflow asleep, if it waits for that.
    private static var options: NodeOptions {
        var options = NodeOptions.quick()
        options.idleAfter = .milliseconds(100)
        return options
    }

    private func withSleeper(
        _ plan: String, _ body: (NodeUnderTest, WorkflowID) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await withNode(redis, Self.options) { test in
                let id = try await test.start(plan)
                try await sleeps(id, test)
                try await body(test, id)
            }
        }
    }

    private func sleeps(_ id: WorkflowID, _ test: NodeUnderTest) async throws {
        let host = test.node.host(of: id)
        try await eventually {
            let (isAsleep, count) = (await host.sleepers.contains(id), await host.count)
            return isAsleep && count == 0
        }
    }

    @Test("A workflow to which nothing happens leaves memory, can be read, and goes on when its task is taken")
    func goesOn() async throws {
        try await withSleeper(StoredRun.chain) { test, id in
            #expect(try await test.view(id).workflow.steps[0].status == .queued)
            #expect(await test.node.host(of: id).count == 0)
            let agent = try await test.register("work", "check")
            let draft = try await test.takeOne(agent)
            try await sleeps(id, test)
            // It knows who has its task, although no coordinator was told of it before it slept.
            #expect(try await test.complete(draft, by: agent) == .accepted)
            try await sleeps(id, test)
            #expect(try await test.complete(draft, by: agent) == .duplicate)
            #expect(try await test.complete(test.takeOne(agent), by: agent) == .accepted)
            #expect(try await test.end(of: id).status == .completed)
            #expect(try await test.stored(id).takeovers == 0)
        }
    }

    @Test("Its deadlines pass while it sleeps as they would otherwise")
    func deadline() async throws {
        try await withSleeper(StepsText.only(#""queue_timeout": "2s""#)) { test, id in
            #expect(try await test.status(id) == .running)
            try await eventually { try await test.status(id) == .escalated }
        }
    }

    @Test("Who waits for it keeps it awake, and is told at once")
    func waiting() async throws {
        try await withSleeper(StepsText.only()) { test, id in
            async let end = test.end(of: id)
            try await eventually { await test.node.host(of: id).count == 1 }
            await test.loop.pause(for: .milliseconds(300))
            #expect(await test.node.host(of: id).count == 1)
            _ = try await test.node.cancel(id, by: nil, reason: nil)
            #expect(try await end.status == .cancelled)
        }
    }

    @Test("A node that stops leaves its sleeping workflows to others, and one that dies as well")
    func leftBehind() async throws {
        try await withRedisServer { redis in
            try await withNode(redis, Self.options) { second in
                let ids = try await withNode(redis, Self.options) { first in
                    let ids = [try await first.start(StepsText.only()), try await first.start(StepsText.only())]
                    for id in ids { try await sleeps(id, first) }
                    return ids
                }
                try await eventually {
                    for id in ids where try await second.stored(id).owner != second.node.id { return false }
                    return true
                }
                let agent = try await second.register("work")
                for task in try await second.take(agent, 2) {
                    #expect(try await second.complete(task, by: agent) == .accepted)
                }
                for id in ids { #expect(try await second.end(of: id).status == .completed) }
            }
        }
    }

    @Test("Answers at another node reach a workflow that sleeps at its own")
    func letters() async throws {
        try await withSleeper(StepsText.only()) { owner, id in
            try await withNode(owner.redis, Self.options) { other in
                let agent = try await other.register("work")
                let task = try await other.takeOne(agent)
                #expect(try await other.complete(task, by: agent) == .accepted)
                #expect(try await other.end(of: id).status == .completed)
                #expect(try await other.stored(id).owner == owner.node.id)
            }
        }
    }
}
