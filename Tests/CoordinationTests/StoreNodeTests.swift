import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: records of nodes", .timeLimit(.minutes(1)))
struct StoreNodeTests {
    private static let (long, short) = (Duration.seconds(60), Duration.milliseconds(1))

    private func nodes(_ test: StoreUnderTest) async throws -> [NodeID: RegisteredNode] {
        let page = try await test.store.nodes(PageRequest())
        return Dictionary(uniqueKeysWithValues: page.elements.map { ($0.id, $0) })
    }

    @Test("A node is listed as it says it is, since when, and with what it owns", arguments: StoreKind.allCases)
    func record(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let first = try await test.store.heartbeat(of: .north, lease: Self.long).now
            for _ in 0..<2 { try await StoredRun().start(in: test.store) }
            try await test.wait(.milliseconds(20))
            let second = try await test.store.heartbeat(of: .north, lease: Self.long).now
            try await test.wait(.milliseconds(20))
            let node = try #require(try await nodes(test)[.north])
            #expect(node.status == .alive)
            #expect(node.startedAt == first)
            #expect(node.heartbeatAt == second)
            #expect(node.heartbeatAge >= .milliseconds(20) && node.heartbeatAge < .seconds(30))
            #expect(node.workflows == 2)
            #expect(node.process == NodeProcess(host: "here", id: 7, version: "1.2.3"))
            #expect(node.loops == 2)
            #expect(node.coordinators == 3)
            #expect(node.claims == 4)
            #expect(node.fencedCommits == 5)
        }
    }

    @Test("A node whose lease has ended is lost, and one that leaves has left", arguments: StoreKind.allCases)
    func status(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await StoredRun(node: .west).start(in: test.store)
            try await test.store.heartbeat(of: .north, lease: Self.long)
            try await test.store.heartbeat(of: .west, lease: Self.long)
            let lost = try await test.store.heartbeat(of: .south, lease: Self.short)
            try await test.store.leave(.west)
            try await test.wait(past: lost.now + Self.short)
            let found = try await nodes(test)
            #expect(found.mapValues(\.status) == [.north: .alive, .west: .left, .south: .lost])
            #expect(found[.west]?.workflows == 1)
            // To leave is a sign of life as well.
            #expect(try #require(found[.west]).heartbeatAt >= lost.now)
        }
    }

    @Test("Nodes are listed newest first, by pages", arguments: StoreKind.allCases)
    func pages(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for node in [NodeID.north, .south, .west] {
                try await test.store.heartbeat(of: node, lease: Self.long)
                try await test.wait(.milliseconds(2))
            }
            // One that is heard of again stays where it is.
            try await test.store.heartbeat(of: .north, lease: Self.long)
            let first = try await test.store.nodes(PageRequest(limit: 2))
            #expect(first.elements.map(\.id) == [.west, .south])
            let second = try await test.store.nodes(PageRequest(cursor: first.next, limit: 2))
            #expect(second.elements.map(\.id) == [.north])
            #expect(second.next == nil)
        }
    }

    @Test("Who never was alive has no record, even if it leaves", arguments: StoreKind.allCases)
    func neverAlive(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.store.leave(.north)
            #expect(try await test.store.nodes(PageRequest()) == Page([], next: nil))
        }
    }
}

/// What a real Redis would need an hour for.
@Suite("The store in memory: nodes in time")
struct MemoryStoreNodeTests {
    private let clock = ManualClock()

    @Test("A node is remembered for an hour after its end, and as long as it is alive")
    func memory() async throws {
        let store = MemoryStore { [clock] in clock.now }
        for node in [NodeID.north, .south, .west] { try await store.heartbeat(of: node, lease: .seconds(1)) }
        let end = clock.now + .seconds(1)
        try await store.leave(.south)
        clock.advance(past: end + .seconds(1800))
        try await store.heartbeat(of: .west, lease: .seconds(1))
        #expect(try await store.sweep(limit: 9) == 0)
        clock.advance(past: end + .seconds(3600))
        #expect(try await store.sweep(limit: 9) == 2)
        #expect(try await store.nodes(PageRequest()).elements.map(\.id) == [.west])
    }

    @Test("A node that owns nothing may be unheard of for a minute, and is dead after that")
    func absence() async throws {
        let store = MemoryStore { [clock] in clock.now }
        for node in [NodeID.north, .south] { try await store.heartbeat(of: node, lease: .seconds(1)) }
        clock.advance(past: clock.now + .seconds(60))
        try await store.heartbeat(of: .west, lease: .seconds(1))
        #expect(try await store.heartbeat(of: .north, lease: .seconds(1), isFirst: false).standing == .known)
        clock.advance(past: clock.now + .seconds(2))
        try await store.heartbeat(of: .west, lease: .seconds(1))
        #expect(try await store.heartbeat(of: .south, lease: .seconds(1), isFirst: false).standing == .dead)
    }
}
