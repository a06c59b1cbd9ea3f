import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// Each script is run, its reply is lost with the connection, and the client sends it again on the next one.
@Suite("The store in Redis when replies are lost", .timeLimit(.minutes(1)))
struct RedisStoreLostReplyTests {
    private struct Lossy {
        let test: StoreUnderTest
        let proxy: LossyProxy
        var store: any WorkflowStore { test.store }

        /// Does something whose first reply never arrives.
        func losingReply<Result>(_ body: () async throws -> Result) async throws -> Result {
            let connections = proxy.accepted.count
            await proxy.set(.toClient, .cut(after: 0))
            let result = try await body()
            #expect(proxy.accepted.count == connections + 1, "the reply was lost, and the command sent again")
            return result
        }
    }

    private func withLossyStore(_ body: (Lossy) async throws -> Void) async throws {
        try await withRedisServer { server in
            try await withLossyProxy(to: server.endpoint.address) { proxy, address in
                try await withRedisStore(at: RedisEndpoint(address)) { store in
                    try await body(Lossy(test: StoreUnderTest(store, redis: server), proxy: proxy))
                }
            }
        }
    }

    @Test("A workflow is started once, with a key and without")
    func start() async throws {
        try await withLossyStore { lossy in
            for key in ["key", nil] {
                let run = try StoredRun(key: key)
                #expect(try await lossy.losingReply { try await run.start(in: lossy.store) }.isStarted)
                #expect(try await lossy.test.events(of: run.id) == ["workflow_started", "step_queued"])
            }
            #expect(try await lossy.test.leftOnQueue().count == 2)
        }
    }

    @Test("A transition is committed once")
    func commit() async throws {
        try await withLossyStore { lossy in
            var run = try StoredRun(StoredRun.chain)
            try await run.start(in: lossy.store)
            let commit = run.next(.taken(), .completed())
            #expect(try await lossy.losingReply { try await lossy.store.commit(commit) }.isCommitted)
            #expect(try await lossy.store.workflow(run.id)?.revision == 2)
            #expect(try await lossy.test.events(of: run.id).count == 5)
            #expect(try await lossy.test.leftOnQueue(of: "check") == [run.task(1)])
            #expect(try await lossy.store.commit(run.next(.taken(1), .completed(1))) == .committed)
        }
    }

    @Test("A workflow is taken over once")
    func claim() async throws {
        try await withLossyStore { lossy in
            let run = try StoredRun()
            try await run.start(in: lossy.store)
            let stored = try await lossy.losingReply { try await lossy.test.claimed(run.id, for: .south) }
            #expect(stored.owner == .south)
            #expect(stored.takeovers == 1)
        }
    }

    @Test("Tasks are taken once, and those of the lost reply arrive with the second")
    func take() async throws {
        try await withLossyStore { lossy in
            try await StoredRun(StoredRun.wide(5)).start(in: lossy.store)
            try await lossy.test.register(.ada)
            let taken = try await lossy.losingReply { try await lossy.test.take(.ada, 2) }
            #expect(taken.tasks.map(\.dispatch.task.step) == [0, 1])
            #expect(try await lossy.test.leftOnQueue().map(\.step) == [2, 3, 4])
        }
    }

    @Test("An agent is registered once, and departs once")
    func agents() async throws {
        try await withLossyStore { lossy in
            let run = try StoredRun()
            try await run.start(in: lossy.store)
            try await lossy.losingReply { try await lossy.test.register(.ada) }
            #expect(try await lossy.store.agents(PageRequest()).elements.map(\.id) == [.ada])
            #expect(try await lossy.test.take(.ada, 1).tasks.count == 1)
            let departed = DepartedAgent(id: .ada, status: .left, holds: [.init(task: run.task(), attempt: 1)])
            #expect(
                try await lossy.losingReply { try await lossy.store.deregister(.ada, at: .north)?.holders } == [
                    departed
                ])
            #expect(
                try await lossy.losingReply { try await lossy.store.removeLostAgents(for: .north).holders } == [
                    departed
                ])
        }
    }

    @Test("A node is alive, and leaves")
    func nodes() async throws {
        try await withLossyStore { lossy in
            let run = try StoredRun()
            try await run.start(in: lossy.store)
            let lease = Duration.seconds(60)
            _ = try await lossy.losingReply { try await lossy.store.heartbeat(of: .north, lease: lease) }
            guard case .owned(by: .north) = try await lossy.store.claim(run.id, for: .south) else {
                throw Unexpected(description: "claimed from a live node")
            }
            try await lossy.losingReply { try await lossy.store.leave(.north) }
            #expect(try await lossy.store.heartbeat(of: .south, lease: lease).ended.map(\.id) == [.north])
        }
    }

    @Test("Orphans are claimed once, and the second reply names those of the lost one")
    func orphans() async throws {
        try await withLossyStore { lossy in
            let runs = [try StoredRun(), try StoredRun(), try StoredRun()]
            for run in runs { try await run.start(in: lossy.store) }
            let claimed = try await lossy.losingReply {
                try await lossy.store.claimOrphans(of: .north, for: .south, limit: 2)
            }
            #expect(claimed.count == 2)
            #expect(Set(try await lossy.store.owned(by: .south)) == Set(claimed))
            let others = try await lossy.store.claimOrphans(of: .north, for: .south, limit: 2)
            #expect(Set(claimed + others) == Set(runs.map(\.id)))
        }
    }

    @Test("Reading and forgetting may be done twice")
    func reading() async throws {
        try await withLossyStore { lossy in
            var run = try StoredRun()
            run.retention = .zero
            try await run.start(in: lossy.store)
            #expect(try await lossy.losingReply { try await lossy.store.workflow(run.id) }?.revision == 1)
            let page = try await lossy.losingReply {
                try await lossy.store.workflows(WorkflowFilter(), PageRequest())
            }
            #expect(page.elements.map(\.id) == [run.id])
            #expect(try await lossy.losingReply { try await lossy.store.owned(by: .north) } == [run.id])
            #expect(try await lossy.store.commit(run.next(.cancelled)) == .committed)
            // The first run's count is lost.
            #expect(try await lossy.losingReply { try await lossy.store.sweep(limit: 9) } == 0)
            #expect(try await lossy.store.workflow(run.id) == nil)
        }
    }
}
