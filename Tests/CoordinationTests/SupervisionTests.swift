import JSON
import Logging
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// Coordinators that wait for what never comes.
@Suite("Stuck coordinators", .timeLimit(.minutes(1)))
struct SupervisionTests {
    private static let chain = StepsText.plan(
        #"{"id": "a", "task_type": "work"}, {"id": "b", "task_type": "work", "after": ["a"]}"#)

    private var options: NodeOptions {
        var options = NodeOptions.quick()
        options.stuckAfter = .milliseconds(400)
        return options
    }

    @Test("One is followed by another, which does what it was asked; the other workflows notice nothing")
    func followed() async throws {
        let log = EventLog<String>()
        let logger = Logger(label: "test") { _ in RecordedLog(log: log) }
        try await withRedisServer { redis in
            try await withNode(redis, options, logger: logger) { test in
                let id = try await test.start(Self.chain)
                let other = try await test.start(Self.chain)
                let agent = try await test.register("work")
                let tasks = try await test.take(agent, 2)
                let (stuck, free) = (
                    try #require(tasks.first { $0.dispatch.task.workflow == id }),
                    try #require(tasks.first { $0.dispatch.task.workflow == other })
                )
                for id in [id, other] { _ = try await test.view(id) }
                let commits = test.count(.commit)
                let never = Signal()
                test.script(.commit, [.hold(never)])
                async let answer = test.complete(stuck, by: agent)
                try await test.stores[0].calls.wait { $0.count { $0 == .commit } > commits }
                async let view = test.view(id)
                #expect(try await test.complete(free, by: agent) == .accepted)
                #expect(try await answer == .accepted)
                #expect(try await view.workflow.status == .running)
                #expect(log.events.contains { $0.contains("a coordinator was given up") })
                // What was given up is heard of at last, and is not done a second time.
                never.send()
                try await eventually {
                    let view = try await test.view(id)
                    return view.workflow.steps[1].status == .queued
                }
                for _ in 0..<2 { _ = try await test.complete(test.takeOne(agent), by: agent) }
                for id in [id, other] {
                    #expect(try await test.end(of: id).status == .completed)
                    #expect(
                        try await test.history(id, .stepCompleted) == ["step_completed a #1", "step_completed b #1"])
                }
            }
        }
    }

    @Test("What one was asked for is done late: its successor begins anew from there")
    func lateCommit() async throws {
        try await withRedisServer { redis in
            try await withNode(redis, options) { test in
                let id = try await test.start(Self.chain)
                let first = try #require(await test.node.hosts[0].coordinator(of: id))
                let agent = try await test.register("work")
                let (never, later) = (Signal(), Signal())
                let commits = test.count(.commit)
                test.script(.commit, [.hold(never), .hold(later)])
                let task = try await test.takeOne(agent)
                // The take is stored by both, as soon as they may.
                try await test.stores[0].calls.wait { $0.count { $0 == .commit } == commits + 2 }
                let second = try #require(await test.node.hosts[0].coordinator(of: id))
                #expect(second !== first)
                #expect(await first.ending == .stuck)
                never.send()
                try await eventually { try await test.stored(id).revision == 2 }
                later.send()
                try await eventually { await second.ending != nil }
                let ending = try #require(await second.ending)
                #expect(ending == .fenced || ending == .stuck, "\(ending)")
                #expect(try await test.complete(task, by: agent) == .accepted)
                #expect(
                    try await test.history(id, .stepStarted, .stepCompleted) == [
                        "step_started a #1", "step_completed a #1",
                    ])
            }
        }
    }

    @Test("A node that stops does not wait for one for ever")
    func stops() async throws {
        try await withRedisServer { redis in
            try await withNode(redis, options) { test in
                _ = try await test.start(Self.chain)
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                let commits = test.count(.commit)
                test.script(.commit, [.hold(Signal())])
                let answer = Task { try await test.complete(task, by: agent) }
                try await test.stores[0].calls.wait { $0.count { $0 == .commit } > commits }
                let beginning = ContinuousClock.now
                try await test.stop()
                #expect(ContinuousClock.now - beginning < .seconds(20))
                await #expect(throws: CoordinationError.unavailable("this node is stopping")) { try await answer.value }
            }
        }
    }
}
