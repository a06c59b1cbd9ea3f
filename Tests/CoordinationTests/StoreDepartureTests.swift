import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: agents that go", .timeLimit(.minutes(1)))
struct StoreDepartureTests {
    private static let short = Duration.milliseconds(1)

    @Test("An agent that leaves is told of with all it holds, and is gone", arguments: StoreKind.allCases)
    func deregister(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.double)
            try await run.start(in: test.store)
            try await test.register(.ada, ["other", "work"])
            #expect(try await test.take(.ada, 2).tasks.count == 2)
            let departed = DepartedAgent(
                id: .ada, status: .left,
                holds: [.init(task: run.task(0), attempt: 1), .init(task: run.task(1), attempt: 1)])
            #expect(try await test.store.deregister(.ada, at: .north)?.holders == [departed])
            // Sent again, and asked by those who look after the lost, it is told again until it is given back.
            #expect(try await test.store.deregister(.ada, at: .north)?.holders == [departed])
            #expect(try await test.store.removeLostAgents(for: .north).holders == [departed])
            #expect(try await test.store.agent(.ada)?.status == .left)
            #expect(try await test.store.take(TakeRequest(agent: .ada, wanted: 1, running: []), at: .north) == .gone)
        }
    }

    @Test("An agent that leaves with nothing in hand is just gone", arguments: StoreKind.allCases)
    func deregisterIdle(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada)
            #expect(try await test.store.deregister(.ada, at: .north)?.holders == [])
            #expect(try await test.store.deregister(.ada, at: .north)?.holders == [])
            #expect(try await test.store.removeLostAgents(for: .north).holders.isEmpty)
            #expect(try await test.store.take(TakeRequest(agent: .ada, wanted: 0, running: []), at: .north) == .gone)
            #expect(try await test.store.agents(PageRequest()).elements.map(\.status) == [.left])
        }
    }

    @Test("Agents that were not heard of in time are lost, the others are not", arguments: StoreKind.allCases)
    func lost(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun(StoredRun.double)
            try await run.start(in: test.store)
            try await test.register(.ada, lifetime: .milliseconds(50))
            #expect(try await test.take(.ada, 1).tasks.count == 1)
            try await test.register(.bob)
            #expect(try await test.take(.bob, 1).tasks.count == 1)
            try await test.register(.eve, lifetime: Self.short)
            try await test.wait(.milliseconds(60))

            let lost = DepartedAgent(id: .ada, status: .lost, holds: [.init(task: run.task(0), attempt: 1)])
            #expect(try await test.store.removeLostAgents(for: .north).holders == [lost])
            #expect(try await test.store.agent(.ada)?.status == .lost)
            #expect(try await test.store.agent(.bob)?.status == .alive)
            #expect(try await test.store.agent(.eve)?.status == .lost)
            #expect(try await test.store.take(TakeRequest(agent: .ada, wanted: 1, running: []), at: .north) == .gone)
            // Whoever is lost stays so, even if it says that it leaves.
            #expect(try await test.store.deregister(.ada, at: .north)?.holders == [lost])
        }
    }

    @Test("Who is lost is told to one node, and what it held to no other for a while", arguments: StoreKind.allCases)
    func toldToOne(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            for agent in [AgentID.ada, .bob] { try await test.register(agent, lifetime: .milliseconds(50)) }
            #expect(try await test.take(.ada, 1).tasks.count == 1)
            try await test.wait(.milliseconds(60))

            let holder = DepartedAgent(id: .ada, status: .lost, holds: [.init(task: run.task(), attempt: 1)])
            let first = try await test.store.removeLostAgents(for: .north)
            #expect(Set(first.lost) == [.ada, .bob])
            #expect(first.holders == [holder])
            #expect(try await test.store.removeLostAgents(for: .north) == Departures(holders: [holder]))
            #expect(try await test.store.removeLostAgents(for: .south) == Departures())
            // The first one may have died with it.
            try await test.wait(DepartedAgent.turn)
            #expect(try await test.store.removeLostAgents(for: .south) == Departures(holders: [holder]))
        }
    }

    @Test("An agent whose time is over and that nobody missed goes on", arguments: StoreKind.allCases)
    func unnoticed(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada, lifetime: .milliseconds(300))
            try await test.wait(.milliseconds(310))
            #expect(try await test.take(.ada, 0).status == .alive)
            #expect(try await test.store.removeLostAgents(for: .north).holders.isEmpty)
        }
    }

    @Test("What a lost agent held is told until it is given back, then no more", arguments: StoreKind.allCases)
    func givenBack(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.wide(3))
            try await run.start(in: test.store)
            try await test.register(.ada, lifetime: Self.short)
            #expect(try await test.take(.ada, 3).tasks.count == 3)
            try await test.wait(.milliseconds(5))
            func held() async throws -> [Int] {
                try await test.store.removeLostAgents(for: .north).holders.flatMap { $0.holds.map(\.task.step) }
            }
            #expect(try await held() == [0, 1, 2])
            #expect(try await held() == [0, 1, 2])
            let gone = StepEvent.agentGone(attempt: 1, .ada, reason: "lost")
            #expect(try await test.store.commit(run.next(.step(1, gone))) == .committed)
            #expect(try await held() == [0, 2])
            #expect(try await test.store.commit(run.next(.step(0, gone), .step(2, gone))) == .committed)
            #expect(try await held().isEmpty)
            // The next attempts are there for others.
            try await test.register(.bob)
            let next = try await test.take(.bob, 8).tasks
            #expect(next.map(\.dispatch.task.step) == [1, 0, 2])
            #expect(next.map(\.dispatch.attempt) == [2, 2, 2])
        }
    }

    @Test("Each of many lost agents is taken out once and told of", arguments: StoreKind.allCases)
    func many(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.wide(150))
            try await run.start(in: test.store)
            let agents = (0..<150).map { AgentID(token: RandomToken(high: 3, low: UInt64($0))) }
            for agent in agents {
                try await test.register(agent, slots: 1, lifetime: Self.short)
                #expect(try await test.take(agent, 1).tasks.count == 1)
            }
            try await test.wait(.milliseconds(5))
            var told: [AgentID] = []
            while told.count < 150 {
                let departed = try await test.store.removeLostAgents(for: .north).holders
                try #require(!departed.isEmpty)
                told += departed.map(\.id)
                for agent in departed {
                    let step = try #require(agent.holds.first?.task.step)
                    let gone = StepEvent.agentGone(attempt: 1, agent.id, reason: "lost")
                    #expect(try await test.store.commit(run.next(.step(step, gone))) == .committed)
                }
            }
            #expect(Set(told) == Set(agents))
            #expect(try await test.store.removeLostAgents(for: .north).holders.isEmpty)
        }
    }

    @Test("An agent with very many tasks is told of in parts", arguments: StoreKind.allCases)
    func inParts(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun(StoredRun.wide(300))
            try await run.start(in: test.store)
            try await test.register(.ada, slots: 1000, lifetime: Self.short)
            #expect(try await test.take(.ada, 1000).tasks.count == 300)
            try await test.wait(.milliseconds(5))
            let first = try await test.store.removeLostAgents(for: .north).holders.flatMap(\.holds).map(\.task.step)
            #expect(first == Array(0..<DepartedAgent.tasksAtOnce))
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await test.store.removeLostAgents(for: .north).holders.isEmpty)
        }
    }
}
