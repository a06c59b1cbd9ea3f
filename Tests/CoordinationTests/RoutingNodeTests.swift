import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Who gets a task, over two nodes", .serialized, .timeLimit(.minutes(1)))
struct RoutingNodeTests {
    private static let big = #"{"capabilities": [{"task_type": "work", "constraints": {"model": "big"}}]}"#
    private static let plain = #"{"capabilities": ["work"]}"#
    /// Nobody who waits asks again in less without being called.
    private static let prompt = Duration.seconds(3)

    /// Agents that register at the first one are lost so soon.
    private func withTwoNodes(
        lostAfter: Duration = .seconds(60), _ body: (NodeUnderTest, NodeUnderTest) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await withNode(redis, .quick(agentLostAfter: lostAfter)) { one in
                try await withNode(redis) { two in try await body(one, two) }
            }
        }
    }

    private func plan(_ fields: String) -> String { StepsText.plan(#"{"id": "a", "task_type": "work", \#(fields)}"#) }

    private func register(_ node: NodeUnderTest, _ name: String, _ profile: String, slots: Int = 8) async throws
        -> AgentID
    {
        try await node.node.register(name: name, try StoreUnderTest.profile(profile), slots: slots, on: node.loop)
    }

    /// What an agent gets that waits, and how long it waited from the moment at which the body had been called.
    private func whileTaking(
        _ node: NodeUnderTest, _ agent: AgentID, _ body: () async throws -> Void
    ) async throws -> (tasks: [TakenTask], after: Duration) {
        let clock = ContinuousClock()
        return try await withThrowingTaskGroup(of: [TakenTask].self) { group in
            group.addTask { try await node.take(agent, within: .seconds(10)) }
            try await eventually { node.node.takes.count > 0 }
            let begun = clock.now
            try await body()
            return (try await group.next() ?? [], clock.now - begun)
        }
    }

    @Test("A task that asks for something wakes who has it at another node, and not who waited longer")
    func requires() async throws {
        try await withTwoNodes { one, two in
            let (other, able) = (
                try await register(two, "other", Self.plain), try await register(two, "able", Self.big)
            )
            let taken = try await withThrowingTaskGroup(of: [TakenTask].self) { group in
                group.addTask { try await two.take(other, within: .milliseconds(3500)) }
                try await eventually { two.node.takes.count == 1 }
                group.addTask { try await two.take(able, within: .seconds(10)) }
                try await eventually { two.node.takes.count == 2 }
                _ = try await one.start(plan(#""requires": {"model": "big"}"#))
                return try await group.next() ?? []
            }
            #expect(taken.map(\.audience) == [TaskAudience("model=big")])
        }
    }

    @Test("A directed task wakes its agent at another node, and nobody else")
    func directed() async throws {
        try await withTwoNodes { one, two in
            try await one.configure(#"{"dispatch": {"mode": "round_robin", "wait": "1m"}}"#)
            let (first, second) = (
                try await register(two, "first", Self.plain), try await register(one, "second", Self.plain)
            )
            try await one.knowsAgents(2)
            for (agent, node) in [(first, two), (second, one), (first, two)] {
                let taken = try await whileTaking(node, agent) { _ = try await one.start(plan(#""payload": 1"#)) }
                #expect(taken.tasks.map(\.audience) == [.agent(agent)])
                #expect(taken.after < Self.prompt)
                for task in taken.tasks { #expect(try await node.complete(task, by: agent) == .accepted) }
            }
        }
    }

    @Test("What its agent does not take in time is given to one that waits elsewhere, which nobody has to ask for")
    func overdue() async throws {
        try await withTwoNodes { one, two in
            let absent = try await register(one, "absent", Self.plain)
            try await one.configure(#"{"dispatch": {"mode": "round_robin", "wait": "300ms"}}"#)
            let present = try await register(two, "present", #"{"capabilities": ["work"]}"#)
            var id: WorkflowID?
            let taken = try await whileTaking(two, present) { id = try await one.start(plan(#""payload": 1"#)) }
            #expect(taken.tasks.count == 1)
            #expect(taken.after > .milliseconds(290) && taken.after < Self.prompt)
            let task = try #require(taken.tasks.first)
            #expect(task.audience == .pool)
            #expect(try await two.complete(task, by: present) == .accepted)
            #expect(try await one.end(of: try #require(id)).status == .completed)
            #expect(try await one.node.agent(absent, on: one.loop).status == .alive)
        }
    }

    @Test("A lost agent gets nothing more, and what was directed to it is given to others at once")
    func lost() async throws {
        try await withTwoNodes(lostAfter: .seconds(1)) { one, two in
            try await one.configure(#"{"dispatch": {"mode": "affinity", "key": "payload", "wait": "1h"}}"#)
            let lost = try await register(one, "lost", Self.plain)
            try await one.knowsAgents(1)
            let id = try await one.start(plan(#""payload": 1"#))
            let why = try #require(try await one.node.explain(id, on: one.loop).steps.first)
            guard case .waitsForAgent(lost, name: "lost", until: _, waiting: 1) = why.reason else {
                throw Unexpected(description: "\(why.reason)")
            }
            #expect(why.reason.detail(of: "work").hasPrefix("It is directed to the agent 'lost' (\(lost))"))
            let other = try await register(two, "other", Self.plain)
            let taken = try await whileTaking(two, other) {}
            #expect(taken.tasks.map(\.dispatch.task.workflow) == [id])
            #expect(taken.after < Self.prompt)
            #expect(try await one.node.agent(lost, on: one.loop).status == .lost)
            for task in taken.tasks { #expect(try await two.complete(task, by: other) == .accepted) }
            // Until the next heartbeat the node may choose it, and Redis does not.
            let next = try await whileTaking(two, other) { _ = try await one.start(plan(#""payload": 1"#)) }
            #expect(next.tasks.count == 1 && next.after < Self.prompt)
        }
    }

    @Test("A task that nobody may take says what is missing, and of whom")
    func missing() async throws {
        try await withTwoNodes { one, two in
            _ = try await register(two, "near", Self.big)
            let id = try await one.start(plan(#""requires": {"model": "big", "region": "eu"}"#))
            let why = try #require(try await one.node.explain(id, on: one.loop).steps.first?.reason)
            #expect(
                why == .unmetRequirement(missing: ["region=eu"], nearest: "near", agents: 1, waiting: 1))
            #expect(why.detail(of: "work").contains("the nearest, 'near', lacks region 'eu'"))
        }
    }

    @Test("What an agent did is known of it at all nodes")
    func reliability() async throws {
        try await withTwoNodes { one, two in
            let agent = try await register(two, "agent", Self.plain)
            _ = try await one.start(plan(#""retry": {"max_attempts": 3, "initial_backoff": "0s"}"#))
            let first = try await two.takeOne(agent)
            let failure = AgentFailure(Failure(code: "broken", message: "it broke"))
            let event = StepEvent.failed(attempt: first.dispatch.attempt, by: agent, failure)
            #expect(try await two.node.answer(first.dispatch.task, event).outcome == .accepted)
            let second = try await two.takeOne(agent)
            #expect(try await two.complete(second, by: agent) == .accepted)
            // Once more: a duplicate does not count.
            #expect(try await two.complete(second, by: agent) == .duplicate)
            var known: Reliability?
            try await eventually {
                known = try await two.node.agent(agent, on: two.loop).reliability["work"]
                return (known?.succeeded ?? 0) > 0
            }
            let found = try #require(known)
            #expect(found.succeeded <= 1 && found.failed > 0.9 && found.failed <= 1 && found.retried > 0.9)
            #expect(found.meanLatency != nil)
        }
    }
}

extension NodeUnderTest {
    /// Returns when the node has read of so many agents.
    func knowsAgents(_ count: Int) async throws {
        try await eventually { node.directory.count == count }
    }
}
