import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// A large transition is stored in pieces. Wherever a node dies between them, what is stored is whole step by step,
/// and whoever comes after it finishes what it had begun.
@Suite("A node that dies between two pieces", .timeLimit(.minutes(3)))
struct CrashTests {
    private static let width = 600

    /// What is large, and how the workflow is to end because of it.
    enum Cause: String, CaseIterable, Sendable {
        case start, complete, cancel, fail

        var plan: String {
            switch self {
            case .start: StepsText.plan(Self.steps)
            case .complete: StepsText.fanOut(width)
            case .cancel: StepsText.fanOut(width)
            case .fail: StepsText.fanOut(width, #""on_exhausted": "fail", "retry": {"max_attempts": 1}"#)
            }
        }

        private static let steps = (0..<width).map { #"{"id": "s\#($0)", "task_type": "work"}"# }
            .joined(separator: ",")
    }

    @Test("Nothing is lost, done twice or left open", arguments: Cause.allCases)
    func crash(_ cause: Cause) async throws {
        // How many pieces there are is found out first.
        let pieces = try await run(cause, crashAfter: nil)
        #expect(pieces > 3)
        for crash in 0..<pieces { _ = try await run(cause, crashAfter: crash) }
    }

    /// Gives how many commits the large transition took.
    private func run(_ cause: Cause, crashAfter pieces: Int?) async throws -> Int {
        try await withRedisServer { redis in
            let options = NodeOptions.quick(nodeTimeout: .milliseconds(300))
            let (id, commits) = try await withNode(redis, options) { test in
                try await prepare(cause, crashAfter: pieces, test)
            }
            guard pieces != nil, let id else { return commits }
            // What the dead node has stored is whole for every step.
            try await expectQueuesMatch(id, redis)
            try await withNode(redis, options) { test in try await expectFinished(id, cause, redis, test) }
            return commits
        }
    }

    /// Brings the large transition about; the node dies after so many of its pieces.
    private func prepare(
        _ cause: Cause, crashAfter pieces: Int?, _ test: NodeUnderTest
    ) async throws -> (WorkflowID?, Int) {
        func die() {
            guard let pieces else { return }
            test.script(.commit, [FaultyStore.Fault](repeating: .pass, count: pieces) + [.die])
        }
        if cause == .start {
            die()
            let id = try? await test.start(cause.plan)
            let all = try await test.store.workflows(WorkflowFilter(), PageRequest()).elements
            return (id ?? all.first?.id, test.count(.commit))
        }
        let id = try await test.start(cause.plan)
        let agent = try await test.register("work")
        let root = try await test.takeOne(agent)
        _ = try await test.view(id)
        var before = test.count(.commit)
        if cause == .complete { die() }
        let outcome = try? await test.complete(root, by: agent)
        if cause != .complete {
            #expect(outcome == .accepted)
            // Some are at work, the others wait.
            let taken = try await test.take(agent, 10)
            _ = try await test.view(id)
            before = test.count(.commit)
            die()
            if cause == .cancel {
                _ = try? await test.node.cancel(id, by: "ops", reason: "enough")
            } else {
                _ = try? await test.fail(taken[5], by: agent)
            }
        }
        return (id, test.count(.commit) - before)
    }

    private func expectFinished(
        _ id: WorkflowID, _ cause: Cause, _ redis: RedisServer, _ test: NodeUnderTest
    ) async throws {
        try await eventually {
            let stored = try await test.stored(id)
            return try stored.workflow(PlanCache()).status.isTerminal || stored.owner == test.node.id
        }
        let agent = try await test.register("work")
        switch cause {
        case .start, .complete:
            try await finish(id, agent, test)
            #expect(try await test.status(id) == .completed)
            let steps = try await test.stored(id).workflow(PlanCache()).steps
            #expect(steps.allSatisfy { $0.status == .completed })
            // The agent of the first step is gone with the node's word, and that step may have been done again.
            #expect(steps.dropFirst().allSatisfy { $0.attempts.count == 1 })
            let completed = try await test.history(id, .stepCompleted)
            #expect(completed.count == steps.count)
            #expect(Set(completed).count == steps.count, "no result is accepted twice")
            let queued = try await test.history(id, .stepQueued)
            #expect(Set(queued).count == queued.count, "no attempt is queued twice")
        case .cancel, .fail:
            _ = try await test.view(id)
            try await eventually {
                let status = try await test.status(id)
                if status == .running { try await askAgain(id, cause, agent, test) }
                return status == (cause == .cancel ? .cancelled : .failed)
            }
        }
        try await expectQueuesMatch(id, redis)
    }

    /// If the node died before its first piece nothing had happened, and it is asked for again.
    private func askAgain(
        _ id: WorkflowID, _ cause: Cause, _ agent: AgentID, _ test: NodeUnderTest
    ) async throws {
        let steps = try await test.stored(id).workflow(PlanCache()).steps
        guard !steps.contains(where: { $0.status == .cancelled || $0.status == .failed }) else { return }
        if cause == .cancel {
            _ = try await test.node.cancel(id, by: "ops", reason: nil)
        } else if let task = try await test.take(agent).first {
            _ = try await test.fail(task, by: agent)
        }
    }

    private func finish(_ id: WorkflowID, _ agent: AgentID, _ test: NodeUnderTest) async throws {
        let former = try await test.stored(id).surroundings.takes.map(\.agent)
        while try await !test.status(id).isTerminal {
            // Those that the former agents held are given back as if they were lost.
            for agent in Set(former) { try? await test.node.deregister(agent, on: test.loop) }
            let tasks = try await test.take(agent, 500)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in tasks { group.addTask { _ = try await test.complete(task, by: agent) } }
                try await group.waitForAll()
            }
        }
    }

    /// A queue entry exists if and only if its task is open.
    private func expectQueuesMatch(_ id: WorkflowID, _ redis: RedisServer) async throws {
        // Read in one step, or a commit may come between the two.
        let reply = try await redis.command(
            "EVAL",
            "return {redis.call('XRANGE', KEYS[1], '-', '+'), redis.call('HGETALL', KEYS[2])}", "2",
            "ganglion:{p0}:default:agent_queue:work", RedisArgument("ganglion:{p0}:default:workflow:\(id)"))
        let parts = try #require(reply.array)
        let queued = (parts[0].array ?? []).compactMap { entry in
            entry.array?[1].pairs.first { $0.name == "task" }?.value.string.flatMap(TaskID.init)?.step
        }
        var open: [Int] = []
        for (name, value) in parts[1].pairs where name.hasPrefix("s:") {
            let state = JSONNode(JSONText(unchecked: value.bytes ?? []))
            let status = state.member("status")?.string.flatMap(StepStatus.init(rawValue:))
            if status == .queued || status == .running { open += [Int(name.dropFirst(2)) ?? -1] }
        }
        #expect(queued.sorted() == open.sorted())
    }
}
