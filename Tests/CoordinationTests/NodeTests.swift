import JSON
import Logging
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Nodes", .timeLimit(.minutes(1)))
struct NodeTests {
    @Test("Until it has heard of the store a node takes nothing, and then it does")
    func becomesReady() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                #expect(await test.node.unavailability() == nil)
                #expect(!test.node.isStopping)
            }
        }
    }

    @Test("The same plan is told from another, with its input or without, and a key starts it once")
    func idempotent() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let plan = #"{"name": "n", "input": {"a": 1}, "steps": [{"id": "only", "task_type": "work"}]}"#
                let id = try await test.start(plan, key: "k")
                #expect(try await test.start(plan, key: "k") == id)
                #expect(try await test.start(plan) != id)
                await #expect(throws: CoordinationError.keyReused) {
                    try await test.start(plan.replacing("1", with: "2"), key: "k")
                }
                #expect(try await test.view(id).workflow.input.string == #"{"a": 1}"#)
            }
        }
    }

    @Test("An agent that waits is given a task at the moment at which there is one")
    func wakes() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let agent = try await test.register("work")
                for _ in 0..<20 {
                    async let taken = test.take(agent)
                    try await test.stores[0].calls.wait { [count = test.count(.take)] in
                        $0.count { $0 == .take } >= max(count, 1)
                    }
                    _ = try await test.start(StepsText.only())
                    let task = try #require(try await taken.first)
                    #expect(try await test.complete(task, by: agent) == .accepted)
                }
            }
        }
    }

    @Test("Who was woken for one task and comes back with another leaves the first to the next in line")
    func errands() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let steps = #"{"id": "a", "task_type": "a"}, {"id": "b", "task_type": "b"}"#
                var rounds: Set<String> = []
                for _ in 0..<30 where !rounds.contains("b") {
                    let (both, second) = (try await test.register("a", "b"), try await test.register("a"))
                    let takes = test.count(.take)
                    async let first = test.take(both)
                    try await test.stores[0].calls.wait { $0.count { $0 == .take } > takes }
                    async let next = test.take(second, within: .seconds(300))
                    try await test.stores[0].calls.wait { $0.count { $0 == .take } > takes + 1 }
                    _ = try await test.start(StepsText.plan(steps))
                    let taken = try #require(try await first.first)
                    rounds.insert(taken.dispatch.taskType)
                    if taken.dispatch.taskType == "a" {
                        // Nothing is left for the second; it gets another, and somebody else what nobody waited for.
                        let rest = try await test.register("b")
                        _ = try await test.complete(try await test.takeOne(rest), by: rest)
                        _ = try await test.start(StepsText.only(type: "a"))
                    }
                    let left = try #require(try await next.first)
                    #expect(left.dispatch.taskType == "a")
                    _ = try await test.complete(left, by: second)
                    _ = try await test.complete(taken, by: both)
                }
                #expect(rounds.contains("b"))
            }
        }
    }

    @Test("A woken agent whose question fails leaves its task to the next in line")
    func failedErrand() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let (one, two) = (try await test.register("work"), try await test.register("work"))
                let log = EventLog<String>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (name, agent) in [("one", one), ("two", two)] {
                        let takes = test.count(.take)
                        group.addTask {
                            let count = try? await test.take(agent, within: .seconds(300)).count
                            log.record("\(name) \(count.map(String.init) ?? "failed")")
                        }
                        try await test.stores[0].calls.wait { $0.count { $0 == .take } > takes }
                        _ = try await test.node.agents(PageRequest(), on: test.loop)
                    }
                    test.script(.take, [.refuse])
                    _ = try await test.start(StepsText.only())
                    try await log.wait(forCount: 2)
                    try await group.waitForAll()
                }
                #expect(log.events == ["one failed", "two 1"])
            }
        }
    }

    @Test("An agent that works on a task that was cancelled is told to stop, while it waits for more")
    func toldToStop() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let agent = try await test.register("work", slots: 2)
                let id = try await test.start(StepsText.only())
                let task = try await test.takeOne(agent)
                let takes = test.count(.take)
                let request = TakeRequest(agent: agent, wanted: 1, running: [task.dispatch.task])
                async let taken = test.node.take(request, within: .seconds(300), on: test.loop)
                try await test.stores[0].calls.wait { $0.count { $0 == .take } > takes }
                _ = try await test.node.cancel(id, by: nil, reason: nil)
                #expect(try await taken.stop == [task.dispatch.task])
            }
        }
    }

    // MARK: Draining and stopping

    @Test("A node that drains starts nothing and gives nothing new, and takes in what agents have done")
    func draining() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let agent = try await test.register("work")
                let id = try await test.start(StepsText.only())
                let task = try await test.takeOne(agent)
                let waiting = try await test.start(StepsText.only())
                let revision = try await test.view(id).revision
                let takes = test.count(.take)
                let idle = try await test.register("other")
                async let news = test.node.workflow(id, newerThan: revision, within: .seconds(300), on: test.loop)
                async let nothing = test.take(idle, within: .seconds(300))
                try await test.stores[0].calls.wait { $0.count { $0 == .take } > takes }
                test.node.drain()
                #expect(try await nothing.isEmpty)
                #expect(try await news.revision == revision)
                await #expect(throws: CoordinationError.unavailable("the node is stopping")) {
                    try await test.start(StepsText.only())
                }
                #expect(try await test.take(agent, running: [task.dispatch.task]).isEmpty)
                #expect(try await test.complete(task, by: agent) == .accepted)
                #expect(try await test.view(waiting).workflow.status == .running)
            }
        }
    }

    @Test("A workflow whose start is on its way when the node stops is not lost, and the node says last that it leaves")
    func stopDuringStart() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let go = Signal()
                test.script(.start, [.hold(go)])
                let starts = test.count(.start)
                let started = EventLog<WorkflowID>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { started.record(try await test.start(StepsText.only())) }
                    try await test.stores[0].calls.wait { $0.count { $0 == .start } > starts }
                    group.addTask { try await test.stop() }
                    try await eventually { test.node.isStopping }
                    #expect(test.count(.leave) == 0)
                    go.send()
                    try await group.waitForAll()
                }
                #expect(test.count(.leave) == 1)
                let id = try #require(started.events.first)
                try await withNode(redis) { next in
                    let agent = try await next.register("work")
                    #expect(try await next.complete(next.takeOne(agent), by: agent) == .accepted)
                    #expect(try await next.status(id) == .completed)
                }
            }
        }
    }

    @Test("Stopping stores what need not have been durable, and leaves when all coordinators have ended")
    func stopStores() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                var ids: [WorkflowID] = []
                let agent = try await test.register("work")
                for _ in 0..<20 { ids.append(try await test.start(StepsText.only())) }
                _ = try await test.take(agent, 20)
                try await test.stop()
                #expect(test.stores[0].calls.events.last == .leave)
                for id in ids {
                    #expect(try await test.stored(id).workflow(PlanCache()).steps[0].status == .running)
                }
            }
        }
    }

    @Test("A node without its store stops all the same")
    func stopWithoutStore() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                _ = try await test.start(StepsText.only())
                try await test.crash()
            }
        }
    }

    // MARK: Agents that are gone

    @Test("What a lost agent held is on its queue again at once, as another attempt")
    func lostAgent() async throws {
        try await withRedisServer { redis in
            try await withNode(redis, .quick(agentLostAfter: .seconds(1))) { test in
                let id = try await test.start(StepsText.only())
                _ = try await test.takeOne(test.register("work"))
                try await eventually { try await test.history(id, .attemptFailed) == ["attempt_failed only #1"] }
                let agent = try await test.register("work")
                #expect(try await test.takeOne(agent).dispatch.attempt == 2)
            }
        }
    }

    @Test("A lost agent is told of once, however long it takes to give back what it held")
    func lostOnce() async throws {
        try await withRedisServer { redis in
            let log = EventLog<String>()
            let logger = Logger(label: "recorded") { _ in RecordedLog(log: log) }
            try await withNode(redis, .quick(agentLostAfter: .seconds(1)), logger: logger) { test in
                let id = try await test.start(StepsText.only())
                _ = try await test.takeOne(test.register("work"))
                _ = try await test.view(id)
                let go = Signal()
                test.script(.commit, [.hold(go)])
                try await log.wait { $0.contains("an agent is lost") }
                let rounds = test.count(.removeLostAgents)
                try await test.stores[0].calls.wait { $0.count { $0 == .removeLostAgents } > rounds + 3 }
                go.send()
                try await eventually { try await test.history(id, .attemptFailed) == ["attempt_failed only #1"] }
            }
            #expect(log.events.count { $0 == "an agent is lost" } == 1)
        }
    }

    @Test("An agent is lost while its task's coordinator is being resumed: one attempt is over, not two and not none")
    func lostDuringResumption() async throws {
        try await withRedisServer { redis in
            let options = NodeOptions.quick(agentLostAfter: .seconds(1))
            let id = try await withNode(redis, options) { test in
                let id = try await test.start(StepsText.only())
                _ = try await test.takeOne(test.register("work"))
                try await test.crash()
                return id
            }
            try await withNode(redis, options) { test in
                let go = Signal()
                test.script(.claim, [.hold(go), .hold(go), .hold(go)])
                let told = test.count(.removeLostAgents)
                // It is told again and again that the agent holds the task, while the workflow is being read.
                try await test.stores[0].calls.wait { $0.contains(.claim) }
                try await eventually { test.count(.removeLostAgents) > told }
                go.send()
                try await eventually { !(try await test.history(id, .attemptFailed)).isEmpty }
                let agent = try await test.register("work")
                #expect(try await test.takeOne(agent).dispatch.attempt == 2)
                #expect(try await test.history(id, .attemptFailed) == ["attempt_failed only #1"])
            }
        }
    }
}
