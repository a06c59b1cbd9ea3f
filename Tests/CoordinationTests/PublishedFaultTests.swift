import JSON
import RedisStreams
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// The pattern was published with code. These are the faults of that code, each as what must not happen here.
@Suite("Faults of the published code", .timeLimit(.minutes(1)))
struct PublishedFaultTests {
    @Test("Fault 1: two workers of one type get the same task")
    func sameTaskTwice() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let ids = try await starts(50, test)
                let log = EventLog<TaskID>()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<10 {
                        let agent = try await test.register("work")
                        group.addTask {
                            var running: [TaskID] = []
                            while running.count < 5 {
                                let tasks = try await test.take(agent, running: running).map(\.dispatch.task)
                                for task in tasks { log.record(task) }
                                running += tasks
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(Set(log.events).count == ids.count)
                #expect(log.count == ids.count)
            }
        }
    }

    private func starts(_ count: Int, _ test: NodeUnderTest) async throws -> [WorkflowID] {
        var ids: [WorkflowID] = []
        for _ in 0..<count { ids.append(try await test.start(StepsText.only())) }
        return ids
    }

    @Test("Fault 2: a retry is a new task, so that its count is lost and it is retried for ever")
    func countLost() async throws {
        try await withRedisServer { redis in
            let id = try await withNode(redis) { test in
                let retry = #""retry": {"max_attempts": 3, "initial_backoff": "0s"}"#
                let id = try await test.start(StepsText.only(retry))
                let agent = try await test.register("work")
                let first = try await test.takeOne(agent)
                #expect(try await test.fail(first, by: agent) == .accepted)
                let second = try await test.takeOne(agent)
                #expect(second.dispatch.task == first.dispatch.task)
                #expect(second.dispatch.attempt == 2)
                try await test.crash()
                return id
            }
            // Not even the death of the node makes it count anew.
            try await withNode(redis) { test in
                let agent = try #require(try await test.stored(id).surroundings.takes.first?.agent)
                try await test.node.deregister(agent, on: test.loop)
                let next = try await test.register("work")
                let third = try await test.takeOne(next)
                #expect(third.dispatch.attempt == 3)
                #expect(try await test.fail(third, by: next) == .accepted)
                #expect(try await test.status(id) == .escalated)
            }
        }
    }

    @Test("Fault 3: a late answer to one attempt is taken for the answer to what comes next")
    func lateAnswer() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let steps = #"""
                    {"id": "a", "task_type": "work", "retry": {"initial_backoff": "0s"}},
                    {"id": "b", "task_type": "work", "after": ["a"]}
                    """#
                let id = try await test.start(StepsText.plan(steps))
                let agent = try await test.register("work")
                let first = try await test.takeOne(agent)
                #expect(try await test.fail(first, by: agent) == .accepted)
                let second = try await test.takeOne(agent)
                #expect(try await test.complete(second, by: agent, result: #""good""#) == .accepted)
                let next = try await test.takeOne(agent)
                #expect(next.dispatch.stepID == "b")
                let late = try await test.complete(first, by: agent, result: #""late""#)
                #expect(late == .refused(.alreadyAnswered(acceptedAttempt: 2, status: .completed)))
                let workflow = try await test.view(id).workflow
                #expect(workflow.results[0]?.string == #""good""#)
                #expect(workflow.results[1] == nil)
            }
        }
    }

    @Test("Fault 4: nested payloads and times do not survive the wire")
    func payloadsAndTimes() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                // Spaces, escapes, the order of members and the spelling of numbers are the client's.
                let payload = #"{"b": [1.50, 1e2, {"a" :"\u00e9\n\"'", "z": null}],  "a": 1234567890123456789}"#
                let id = try await test.start(StepsText.only(#""payload": \#(payload)"#))
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                #expect(task.dispatch.payload.string == payload)
                #expect(try await test.complete(task, by: agent, result: payload) == .accepted)
                #expect(try await test.stored(id).checkpoint.results[0]?.string == payload)
                let clock = try #require(try await redis.command("TIME").array?[0].integer)
                let age = clock - task.takenAt.milliseconds / 1000
                #expect((0...10).contains(age), "times are Redis's, in milliseconds since 1970")
            }
        }
    }

    @Test("Fault 5: a crash between an answer and its acknowledgement runs a task twice or never")
    func answerAndAcknowledgement() async throws {
        for fault in [FaultyStore.Fault.die, .dieAfter] {
            try await withRedisServer { redis in
                let (id, task, agent) = try await withNode(redis) { test in
                    let id = try await test.start(StepsText.only())
                    let agent = try await test.register("work")
                    let task = try await test.takeOne(agent)
                    _ = try await test.view(id)
                    test.script(.commit, [fault])
                    await #expect(throws: CoordinationError.self) { try await test.complete(task, by: agent) }
                    return (id, task, agent)
                }
                let length = try await redis.command("XLEN", "ganglion:{p0}:default:agent_queue:work").integer
                if case .die = fault { #expect(length == 1) } else { #expect(length == 0) }
                try await withNode(redis) { test in
                    // Sent again, as an agent does that was told nothing, until the dead node's lease has ended.
                    var outcome: Outcome?
                    try await eventually {
                        outcome = try? await test.complete(task, by: agent)
                        return outcome != nil
                    }
                    if case .die = fault { #expect(outcome == .accepted) } else { #expect(outcome == .duplicate) }
                    #expect(try await test.status(id) == .completed)
                    #expect(try await test.history(id, .stepCompleted).count == 1)
                    #expect(try await redis.command("XLEN", "ganglion:{p0}:default:agent_queue:work").integer == 0)
                }
            }
        }
    }

    @Test("Fault 6: after the last attempt the workflow goes on as if all were well")
    func goesOn() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let steps = #"""
                    {"id": "a", "task_type": "work", "retry": {"max_attempts": 1}},
                    {"id": "b", "task_type": "work", "after": ["a"]}
                    """#
                let id = try await test.start(StepsText.plan(steps))
                let agent = try await test.register("work")
                #expect(try await test.fail(test.takeOne(agent), by: agent) == .accepted)
                #expect(try await test.status(id) == .escalated)
                #expect(try await test.take(agent, within: .zero).isEmpty)
                let open = try await test.node.escalations(EscalationFilter(), PageRequest(), on: test.loop)
                let question = try #require(open.elements.first)
                let resolution = Resolution(.complete(result: JSONText(unchecked: Array("1".utf8))), by: "ops")
                #expect(try await test.node.resolve(question.id, with: resolution).outcome == .accepted)
                #expect(try await test.takeOne(agent).dispatch.stepID == "b")
            }
        }
    }

    @Test("Fault 7: the timeout of the work runs while the task waits in its queue")
    func queueTime() async throws {
        try await withRedisServer { redis in
            try await withNode(redis) { test in
                let id = try await test.start(StepsText.only(#""timeout": "250ms", "retry": {"max_attempts": 1}"#))
                // It waits for longer than the work may take.
                await test.loop.pause(for: .milliseconds(400))
                #expect(try await test.status(id) == .running)
                let agent = try await test.register("work")
                let task = try await test.takeOne(agent)
                #expect(task.dispatch.attempt == 1)
                #expect(task.deadline - task.takenAt == .milliseconds(250))
                try await eventually { try await test.status(id) == .escalated }
            }
        }
    }
}
