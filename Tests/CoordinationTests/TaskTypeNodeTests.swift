import JSON
import Synchronization
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Task types over three nodes", .serialized, .timeLimit(.minutes(1)))
struct TaskTypeNodeTests {
    private func withThreeNodes(_ body: ([NodeUnderTest]) async throws -> Void) async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { one in
                try await withNode(redis) { two in
                    try await withNode(redis) { three in try await body([one, two, three]) }
                }
            }
        }
    }

    /// A plan of steps that start at once, with a payload that says whose they are.
    private func steps(_ count: Int, of who: String) -> String {
        StepsText.plan(
            (0..<count).map {
                #"{"id": "s\#($0)", "task_type": "work", "payload": {"who": "\#(who)"}, "timeout": "1m"}"#
            }.joined(separator: ","))
    }

    @Test("A rate for each key is exceeded in no second by more than the burst, and is used up")
    func rate() async throws {
        let (limit, burst, tasks) = (10, 5, 30)
        try await withThreeNodes { nodes in
            try await nodes[0].configure(
                #"{"rate": {"limit": \#(60 * limit), "per": "minute", "burst": \#(burst), "key": "payload.who"}}"#)
            for (node, who) in zip(nodes, ["ada", "bob", "ada"]) {
                _ = try await node.start(steps(who == "ada" ? tasks / 2 : tasks, of: who))
            }
            let taken = EventLog<(who: String, at: Instant)>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in nodes + nodes {
                    group.addTask {
                        let agent = try await node.register("work")
                        while taken.events.count < 2 * tasks {
                            for task in try await node.take(agent, 3, within: .milliseconds(500)) {
                                let who = JSONNode(task.dispatch.payload).member("who")?.string ?? ""
                                taken.record((who, task.takenAt))
                                _ = try await node.complete(task, by: agent)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            for who in ["ada", "bob"] {
                let times = taken.events.filter { $0.who == who }.map(\.at).sorted()
                #expect(times.count == tasks)
                // Times are cut to milliseconds.
                for (first, last) in zip(times, times.dropFirst(limit + burst)) {
                    #expect(last - first >= .milliseconds(999))
                }
                let fair = Duration.milliseconds((tasks - burst) * 1000 / limit)
                let span = (times.last ?? .init(milliseconds: 0)) - (times.first ?? .init(milliseconds: 0))
                #expect(span >= fair - .milliseconds(1) && span < fair * 3)
            }
        }
    }

    @Test("No more tasks are held than may be, and room that gets free is used wherever somebody waits")
    func concurrency() async throws {
        try await withThreeNodes { nodes in
            try await nodes[0].configure(#"{"max_concurrency": 3}"#)
            let id = try await nodes[1].start(steps(40, of: "ada"))
            let held = Held()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in nodes + nodes {
                    group.addTask {
                        let agent = try await node.register("work")
                        while try await node.stored(id).workflow(PlanCache()).status == .running {
                            // Nobody asks again in this time without being called.
                            let tasks = try await node.take(agent, 2, within: .seconds(1))
                            held.change(by: tasks.count)
                            held.see(try await node.store.taskType("work")?.held ?? 0)
                            for task in tasks {
                                held.change(by: -1)
                                _ = try await node.complete(task, by: agent)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(held.most == 3)
        }
    }

    @Test("A tenant with a thousand tasks delays one with ten by a turn each")
    func fairness() async throws {
        try await withThreeNodes { nodes in
            try await nodes[0].configure(#"{"fairness": {"key": "payload.who"}}"#)
            let many = try await nodes[1].start(steps(1000, of: "many"))
            try await eventually { try await nodes[0].store.taskType("work")?.waiting == 1000 }
            let few = try await nodes[2].start(steps(10, of: "few"))
            let agent = try await nodes[0].register("work")
            var order: [WorkflowID] = []
            var running: [TaskID] = []
            while order.count < 24 {
                let tasks = try await nodes[0].take(agent, 2, running: running)
                running += tasks.map(\.dispatch.task)
                order += tasks.map(\.dispatch.task.workflow)
            }
            let turns = order.indices.filter { order[$0] == few }
            #expect(turns.count == 10)
            for (number, place) in turns.enumerated() { #expect(place <= 2 * number + 1) }
            #expect(order.contains(many))
        }
    }

    @Test("A pause holds at every node, and its end is heard by whoever waits there")
    func pause() async throws {
        try await withThreeNodes { nodes in
            let agent = try await nodes[2].register("work")
            try await nodes[0].configure(#"{"paused": true}"#)
            _ = try await nodes[1].start(steps(1, of: "ada"))
            #expect(try await nodes[2].take(agent, within: .milliseconds(50)).isEmpty)
            async let task = nodes[2].takeOne(agent)
            try await nodes[2].stores[0].calls.wait { $0.count { $0 == .take } >= 2 }
            try await nodes[0].configure(#"{"paused": false}"#)
            #expect(try await task.dispatch.taskType == "work")
        }
    }

    @Test("A node knows what was set before it came, and what is set while it is there")
    func settings() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { one in
                try await one.configure(#"{"fairness": {"key": "payload.who"}}"#)
                try await withNode(redis) { other in
                    #expect(other.node.taskTypes.settings(of: "work")?.hasKeys == true)
                    try await one.configure("{}")
                    try await eventually { other.node.taskTypes.settings(of: "work")?.hasKeys == false }
                }
            }
        }
    }
}

/// How many tasks are held, as the agents see it, and how many ever were.
private final class Held: Sendable {
    private let now = Atomic(0)
    private let highest = Atomic(0)

    var most: Int { highest.load(ordering: .relaxed) }

    func change(by count: Int) { see(now.add(count, ordering: .relaxed).newValue) }

    func see(_ count: Int) { highest.max(count, ordering: .relaxed) }
}

extension NodeUnderTest {
    func configure(_ settings: String, of type: String = "work") async throws {
        let text = try JSONText(validating: Array(settings.utf8))
        let read: TaskTypeSettings = try #require(TaskTypeSettings(stored: text))
        try await node.configure(type, read, on: loop)
    }
}
