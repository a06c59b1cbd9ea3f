import JSON
import RedisStreams
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Nodes under load", .timeLimit(.minutes(5)))
struct LoadTests {
    @Test("Redis dies and comes back under load: every workflow ends, and no result is accepted twice")
    func killedRedis() async throws {
        try await withRedisServer(appendOnly: true) { redis in
            try await withNode(redis, loops: 2) { test in
                let steps = (0..<4).map { step in
                    let after = step == 0 ? "" : #", "after": ["s\#(step - 1)"]"#
                    return #"{"id": "s\#(step)", "task_type": "work"\#(after), "retry": {"initial_backoff": "0s"}}"#
                }
                let plan = StepsText.plan(steps.joined(separator: ","))
                let ended = EventLog<WorkflowID>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { try await work(test, until: { ended.count >= 200 }) } }
                    group.addTask {
                        try await withThrowingTaskGroup(of: Void.self) { clients in
                            for number in 0..<200 {
                                clients.addTask { ended.record(try await run(plan, key: "k\(number)", test)) }
                            }
                            try await clients.waitForAll()
                        }
                    }
                    for count in [20, 80, 140] {
                        try await ended.wait(forCount: count, within: .seconds(100))
                        await redis.kill()
                        try await redis.restart()
                    }
                    try await group.waitForAll()
                }
                #expect(Set(ended.events).count == 200)
                for id in ended.events {
                    #expect(try await test.status(id) == .completed)
                    let completed = try await test.history(id, .stepCompleted)
                    #expect(completed.count == 4, "\(completed)")
                }
                #expect(try await redis.command("XLEN", "ganglion:{p0}:default:agent_queue:work").integer == 0)
            }
        }
    }

    /// A client that asks again as long as it is told to.
    private func run(_ plan: String, key: String, _ test: NodeUnderTest) async throws -> WorkflowID {
        while true {
            do {
                let id = try await test.start(plan, key: key)
                while try await !test.end(of: id).status.isTerminal {}
                return id
            } catch CoordinationError.unavailable {
                await test.loop.pause(for: .milliseconds(20))
            }
        }
    }

    /// An agent that sends each answer until it is heard.
    private func work(_ test: NodeUnderTest, until isOver: () -> Bool) async throws {
        var agent: AgentID?
        while !isOver() {
            do {
                if agent == nil { agent = try await test.register("work") }
                guard let agent else { continue }
                for task in try await test.take(agent, 16, within: .milliseconds(200)) {
                    while true {
                        do {
                            _ = try await test.complete(task, by: agent)
                            break
                        } catch CoordinationError.unavailable {
                            await test.loop.pause(for: .milliseconds(20))
                        }
                    }
                }
            } catch CoordinationError.unavailable {
                await test.loop.pause(for: .milliseconds(20))
            }
        }
    }

    @Test("A fan-out of 10,000 steps goes from its start to its end")
    func fanOut() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let width = 9998
                let clock = ContinuousClock()
                let beginning = clock.now
                let id = try await test.start(StepsText.fanOut(width))
                let agent = try await test.register("work", slots: 100_000)
                let started = clock.now
                #expect(try await test.complete(test.takeOne(agent), by: agent) == .accepted)
                let fanned = clock.now
                var count = 0
                while count < width {
                    let tasks = try await test.take(agent, 500)
                    count += tasks.count
                    try await withThrowingTaskGroup(of: Outcome.self) { group in
                        for task in tasks {
                            group.addTask(executorPreference: test.loop) {
                                try await test.complete(task, by: agent)
                            }
                        }
                        // A duplicate where the machine stood still for so long that a commit was looked up again.
                        for try await outcome in group { #expect(outcome == .accepted || outcome == .duplicate) }
                    }
                }
                let worked = clock.now
                #expect(try await test.complete(test.takeOne(agent), by: agent, result: "42") == .accepted)
                #expect(try await test.end(of: id).output?.string == "42")
                print(
                    """
                    fan-out of \(width): start \(started - beginning), fanned out \(fanned - started), \
                    worked \(worked - fanned), with \(test.count(.commit)) commits
                    """)
                let completed = try await test.history(id, .stepCompleted)
                #expect(completed.count == width + 2)
                #expect(Set(completed).count == width + 2)
            }
        }
    }
}
