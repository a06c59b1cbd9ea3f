import JSON
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Takeovers", .timeLimit(.minutes(1)))
struct TakeoverTests {
    @Test("A node that dies without a word is followed after its lease, by one that knows attempts and takes again")
    func crash() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { second in
                let (id, agent, task) = try await withNode(redis) { first in
                    let fields = #""timeout": "3s", "retry": {"max_attempts": 2, "initial_backoff": "0s"}"#
                    let id = try await first.start(StepsText.only(fields))
                    let agent = try await first.register("work")
                    #expect(try await first.fail(first.takeOne(agent), by: agent) == .accepted)
                    let task = try await first.takeOne(agent)
                    #expect(task.dispatch.attempt == 2)
                    try await first.crash()
                    return (id, agent, task)
                }
                try await eventually { try await second.stored(id).owner == second.node.id }
                let view = try await second.view(id)
                #expect(view.takeovers == 1)
                let state = view.workflow.steps[0]
                #expect(state.status == .running)
                #expect(state.attempts.map(\.number) == [1, 2])
                #expect(state.attempt?.agent == agent)
                // Within the resolution of Redis's idle times, from when the dead node gave it.
                let delay = try #require(state.deadline) - task.deadline
                #expect(delay > .milliseconds(-20) && delay < .milliseconds(20), "\(delay)")
                #expect(try await second.complete(task, by: agent) == .accepted)
            }
        }
    }

    @Test("An attempt whose time passed while no node lived fails at the takeover")
    func deadlinePassed() async throws {
        try await withRedisServer { redis in
            let (id, agent) = try await withNode(redis) { first in
                let fields = #""timeout": "200ms", "retry": {"initial_backoff": "0s"}"#
                let id = try await first.start(StepsText.only(fields))
                let agent = try await first.register("work")
                _ = try await first.takeOne(agent)
                try await first.crash()
                return (id, agent)
            }
            try await withNode(redis) { second in
                try await eventually { try await second.history(id, .attemptFailed) == ["attempt_failed only #1"] }
                #expect(try await second.takeOne(agent).dispatch.attempt == 2)
            }
        }
    }

    @Test("A node that leaves is followed at once: nothing has to be judged")
    func leaving() async throws {
        try await withRedisServer { redis in
            // So long that nobody could be judged in the time of this test.
            let options = NodeOptions.quick(nodeTimeout: .seconds(3600))
            try await withNode(redis, options) { second in
                let ids = try await withNode(redis, options) { first in
                    var ids: [WorkflowID] = []
                    for _ in 0..<250 { ids.append(try await first.start(StepsText.only())) }
                    return ids
                }
                try await eventually {
                    let count = await second.node.hosts[0].count
                    return count == ids.count
                }
                for id in ids { #expect(try await second.stored(id).owner == second.node.id) }
            }
        }
    }

    @Test("After a Redis that stood still for longer than all leases, nobody takes anything over")
    func pausedRedis() async throws {
        try await withRedisServer { redis in
            let options = NodeOptions.quick(nodeTimeout: .milliseconds(400))
            try await withNode(redis, options) { first in
                try await withNode(redis, options) { second in
                    let nodes = [first, second]
                    for test in nodes { for _ in 0..<5 { _ = try await test.start(StepsText.only()) } }
                    // Until each has been in touch for a whole lease, and might judge.
                    for test in nodes {
                        try await test.stores[0].calls.wait { $0.count { $0 == .heartbeat } > 12 }
                    }
                    await redis.pause()
                    await first.loop.pause(for: .milliseconds(800))
                    let beats = nodes.map { $0.count(.heartbeat) }
                    await redis.resume()
                    for (test, count) in zip(nodes, beats) {
                        try await test.stores[0].calls.wait { $0.count { $0 == .heartbeat } > count + 20 }
                    }
                    for test in nodes {
                        #expect(test.count(.claimOrphans) == 0)
                        #expect(await test.node.hosts[0].count == 5)
                    }
                }
            }
        }
    }

    @Test("What a lost reply claimed is resumed as well")
    func lostClaim() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { second in
                second.script(.claimOrphans, [.loseReply, .refuse, .loseReply])
                second.script(.owned, Array(repeating: .refuse, count: 1000))
                let ids = try await withNode(redis) { first in
                    var ids: [WorkflowID] = []
                    for _ in 0..<20 { ids.append(try await first.start(StepsText.only())) }
                    return ids
                }
                try await eventually { await second.node.hosts[0].count == ids.count }
            }
        }
    }

    @Test("A node that leaves tells the others, which follow it without waiting for their next heartbeat")
    func told() async throws {
        try await withRedisServer { redis in
            var options = NodeOptions.quick(nodeTimeout: .seconds(7200))
            options.heartbeat = .seconds(3600)
            try await withNode(redis, options) { second in
                let count = 3
                try await withNode(redis, options) { first in
                    for _ in 0..<count { _ = try await first.start(StepsText.only()) }
                }
                try await eventually { await second.node.hosts[0].count == count }
            }
        }
    }

    @Test("A node whose lease ends between two heartbeats is followed at that moment")
    func atTheMoment() async throws {
        try await withRedisServer { redis in
            var options = NodeOptions.quick()
            options.heartbeat = .seconds(3600)
            try await withNode(redis) { first in
                let ids = [try await first.start(StepsText.only()), try await first.start(StepsText.only())]
                try await withNode(redis, options) { second in
                    // It looks whenever the first one's lease would end, and so has been in touch for long enough: some
                    // of its heartbeats are due to its beginning to listen.
                    try await eventually { second.count(.heartbeat) > 5 }
                    try await first.crash()
                    try await eventually { await second.node.hosts[0].count == ids.count }
                }
            }
        }
    }
}
