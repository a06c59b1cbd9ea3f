import JSON
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: agents and their tasks", .timeLimit(.minutes(1)))
struct StoreTakeTests {
    @Test("An agent that nobody knows is told so", arguments: StoreKind.allCases)
    func unknown(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let outcome = try await test.store.take(TakeRequest(agent: .ada, wanted: 1, running: []), at: .north)
            #expect(outcome == .unknown)
            #expect(try await test.store.agent(.ada) == nil)
            #expect(try await test.store.deregister(.ada, at: .north) == nil)
        }
    }

    @Test("A registered agent is there as it registered", arguments: StoreKind.allCases)
    func register(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let before = try await test.now()
            let registration = AgentRegistration(
                id: .ada, name: "Ada Lovelace: é", profile: AgentProfile(["work", "check", "work"]), slots: 3,
                lifetime: .seconds(60))
            try await test.store.register(registration)
            let after = try await test.now()
            let agent = try #require(try await test.store.agent(.ada))
            #expect(agent.id == .ada)
            #expect(agent.name == "Ada Lovelace: é")
            #expect(agent.profile.types == ["work", "check"])
            #expect(agent.slots == 3)
            #expect(agent.status == .alive)
            #expect(before <= agent.registeredAt && agent.registeredAt <= after)
            #expect(agent.heartbeatAt == agent.registeredAt)
        }
    }

    @Test("A registration that is sent again changes nothing", arguments: StoreKind.allCases)
    func registerAgain(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada)
            let agent = try await test.store.agent(.ada)
            try await test.wait(.milliseconds(5))
            try await test.register(.ada)
            #expect(try await test.store.agent(.ada) == agent)
            _ = try await test.store.deregister(.ada, at: .north)
            try await test.register(.ada)
            #expect(try await test.store.agent(.ada)?.status == .left)
        }
    }

    @Test("A take is a sign of life", arguments: StoreKind.allCases)
    func heartbeat(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada, lifetime: .seconds(3))
            let agent = try #require(try await test.store.agent(.ada))
            try await test.wait(past: agent.registeredAt + .milliseconds(2500))
            let taken = try await test.take(.ada, 0)
            #expect(taken == Taken(status: .alive, open: ["work"], stop: [], tasks: []))
            let later = try #require(try await test.store.agent(.ada))
            #expect(later.heartbeatAt > agent.registeredAt + .milliseconds(2500))
            // Its lifetime counts from there.
            try await test.wait(past: agent.registeredAt + .milliseconds(3001))
            #expect(try await test.store.removeLostAgents(for: .north).holders.isEmpty)
            #expect(try await test.store.agent(.ada)?.status == .alive)
        }
    }

    @Test("An agent gets what it wants, oldest first, as far as its slots allow", arguments: StoreKind.allCases)
    func slots(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.wide(9))
            try await run.start(in: test.store)
            try await test.register(.ada, slots: 5)
            func steps(_ wanted: Int, running: [Int]) async throws -> [Int] {
                try await test.take(.ada, wanted, running: running.map(run.task)).tasks.map(\.dispatch.task.step)
            }
            #expect(try await steps(2, running: []) == [0, 1])
            #expect(try await steps(2, running: [0, 1]) == [2, 3])
            #expect(try await steps(7, running: [0, 1, 2, 3]) == [4])
            #expect(try await steps(7, running: [0, 1, 2, 3, 4]).isEmpty)
        }
    }

    @Test("Each task goes to one agent only, and none is lost between them", arguments: StoreKind.allCases)
    func disjoint(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.wide(60))
            try await run.start(in: test.store)
            let agents = (0..<6).map { AgentID(token: RandomToken(high: 2, low: $0)) }
            for agent in agents { try await test.register(agent, slots: 12) }
            let taken = try await withThrowingTaskGroup(of: [Int].self) { group in
                for agent in agents {
                    group.addTask {
                        var held: [TaskID] = []
                        for wanted in [1, 5, 2, 4] {
                            held += try await test.take(agent, wanted, running: held).tasks.map(\.dispatch.task)
                        }
                        return held.map(\.step)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(taken.sorted() == Array(0..<60))
        }
    }

    @Test("What an agent holds and does not name is given again, and counts", arguments: StoreKind.allCases)
    func givenAgain(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.wide(4))
            try await run.start(in: test.store)
            try await test.register(.ada)
            let first = try await test.take(.ada, 2).tasks
            try await test.wait(.milliseconds(30))
            let again = try await test.take(.ada, 3, running: [run.task(1)])
            #expect(again.stop.isEmpty)
            #expect(again.tasks.map(\.dispatch.task.step) == [0, 2, 3])
            #expect(again.tasks[0].dispatch == first[0].dispatch)
            #expect(again.tasks[0].traceparent == first[0].traceparent)
            // The time of the work runs since it was first given.
            let difference = again.tasks[0].takenAt - first[0].takenAt
            #expect(difference > .milliseconds(-10) && difference < .milliseconds(10))
            #expect(again.tasks[1].takenAt - first[0].takenAt >= .milliseconds(20))
        }
    }

    @Test("What is given again is given even if less is wanted", arguments: StoreKind.allCases)
    func givenAgainFirst(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await StoredRun(StoredRun.wide(5)).start(in: test.store)
            try await test.register(.ada)
            #expect(try await test.take(.ada, 3).tasks.count == 3)
            #expect(try await test.take(.ada, 1).tasks.map(\.dispatch.task.step) == [0, 1, 2])
        }
    }

    @Test("A sign of life that wants nothing is given nothing again", arguments: StoreKind.allCases)
    func wantsNothing(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.double)
            try await run.start(in: test.store)
            try await test.register(.ada)
            #expect(try await test.take(.ada, 2).tasks.count == 2)
            let heartbeat = try await test.take(.ada, 0, running: [run.task(0)])
            #expect(heartbeat.tasks.isEmpty)
            #expect(heartbeat.stop.isEmpty)
        }
    }

    @Test("An agent is told to stop what is not its any more, once", arguments: StoreKind.allCases)
    func stop(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.wide(3))
            try await run.start(in: test.store)
            try await test.register(.ada)
            try await test.register(.bob)
            #expect(try await test.take(.ada, 2).tasks.count == 2)
            #expect(try await test.take(.bob, 1).tasks.map(\.dispatch.task) == [run.task(2)])
            #expect(try await test.store.commit(run.next(.taken(0), .completed(0))) == .committed)
            let strange = TaskID(workflow: .unique(), step: 0)
            let running = [run.task(2), run.task(1), strange, run.task(0), strange]
            // Bob's, its own, nobody's, and one that is done.
            #expect(try await test.take(.ada, 0, running: running).stop == [run.task(2), strange, run.task(0)])
        }
    }

    @Test("When a workflow ends, all who work for it are told to stop", arguments: StoreKind.allCases)
    func cancelled(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.wide(4))
            try await run.start(in: test.store)
            try await test.register(.ada)
            try await test.register(.bob)
            _ = try await test.take(.ada, 2)
            _ = try await test.take(.bob, 1)
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            let running = [run.task(0), run.task(1)]
            #expect(try await test.take(.ada, 5, running: running).stop == running)
            #expect(try await test.take(.bob, 5, running: [run.task(2)]).stop == [run.task(2)])
            #expect(try await test.leftOnQueue().isEmpty)
        }
    }

    @Test("An agent gets tasks of all types that it is capable of, and of no others", arguments: StoreKind.allCases)
    func capabilities(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let types = ["alpha", "beta", "gamma", "delta"]
            let steps = types.map { #"{"id": "\#($0)", "task_type": "\#($0)"}"# }.joined(separator: ", ")
            for _ in 0..<3 { try await StoredRun(StoredRun.plan(steps: steps)).start(in: test.store) }
            try await test.register(.ada, ["alpha", "beta", "gamma"], slots: 10)
            var held: [TaskID] = []
            var taken: [String] = []
            for wanted in [1, 3, 9] {
                let answer = try await test.take(.ada, wanted, running: held)
                #expect(answer.open == ["alpha", "beta", "gamma"])
                #expect(answer.stop.isEmpty)
                held += answer.tasks.map(\.dispatch.task)
                taken += answer.tasks.map(\.dispatch.taskType)
            }
            #expect(taken.sorted() == ["alpha", "alpha", "alpha", "beta", "beta", "beta", "gamma", "gamma", "gamma"])
            #expect(try await test.leftOnQueue(of: "delta").count == 3)
        }
    }

    @Test("No queue starves the others of an agent", arguments: StoreKind.allCases)
    func fairness(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await StoredRun(StoredRun.wide(200)).start(in: test.store)
            let check = StoredRun.plan(steps: #"{"id": "only", "task_type": "check"}"#)
            try await StoredRun(check).start(in: test.store)
            try await test.register(.ada, ["work", "check"], slots: 201)
            var held: [TaskID] = []
            var hasChecked = false
            // With chances of one half each time: it takes the check long before all the work.
            while !hasChecked, held.count < 150 {
                try await test.wait(.zero)
                let tasks = try await test.take(.ada, 1, running: held).tasks
                held += tasks.map(\.dispatch.task)
                hasChecked = tasks.contains { $0.dispatch.taskType == "check" }
            }
            #expect(hasChecked)
        }
    }

    @Test("Tasks wait for the first agent that is capable of them", arguments: StoreKind.allCases)
    func before(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada, ["other"])
            #expect(try await test.take(.ada, 1).tasks.isEmpty)
            try await test.register(.bob, ["work"])
            #expect(try await test.take(.bob, 1).tasks.map(\.dispatch.task) == [run.task()])
        }
    }
}
