import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: owners and claims", .timeLimit(.minutes(1)))
struct StoreClaimTests {
    /// Long enough for a test, and so short that it is over at once.
    private static let (long, short) = (Duration.seconds(60), Duration.milliseconds(1))

    /// A node whose lease is over, and which did not say that it leaves.
    @discardableResult
    private func lose(_ node: NodeID, _ test: StoreUnderTest) async throws -> Instant {
        let heartbeat = try await test.store.heartbeat(of: node, lease: Self.short)
        try await test.wait(past: heartbeat.now + Self.short)
        return heartbeat.now
    }

    @Test("What is not there cannot be claimed", arguments: StoreKind.allCases)
    func unknown(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            guard case .unknown = try await test.store.claim(.unique(), for: .north) else {
                throw Unexpected(description: "a claim of nothing")
            }
            #expect(try await test.store.owned(by: .north).isEmpty)
        }
    }

    @Test("The owner may claim what it has, which changes nothing", arguments: StoreKind.allCases)
    func own(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            let stored = try await test.claimed(run.id, for: .north)
            #expect(stored.owner == .north)
            #expect(stored.takeovers == 0)
            #expect(stored.revision == 1)
        }
    }

    @Test("What a live node has stays with it", arguments: StoreKind.allCases)
    func liveOwner(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            _ = try await test.store.heartbeat(of: .north, lease: Self.long)
            guard case .owned(by: .north) = try await test.store.claim(run.id, for: .south) else {
                throw Unexpected(description: "claimed from a live node")
            }
            #expect(try await test.store.workflow(run.id)?.owner == .north)
            #expect(try await test.store.claimOrphans(of: .north, for: .south, limit: 10).isEmpty)
            #expect(try await test.store.owned(by: .north) == [run.id])
        }
    }

    @Test("What a lost node had goes over to who claims it, and counts that", arguments: StoreKind.allCases)
    func lostOwner(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            try await lose(.north, test)
            try await test.judge(.south)
            let stored = try await test.claimed(run.id, for: .south)
            #expect(stored.owner == .south)
            #expect(stored.takeovers == 1)
            #expect(stored.revision == 1)
            #expect(stored.checkpoint.steps == run.workflow.checkpoint.steps)
            #expect(try await test.store.owned(by: .south) == [run.id])
            #expect(try await test.store.owned(by: .north).isEmpty)
            // Claimed once more after a lost reply, it is not taken over twice.
            #expect(try await test.claimed(run.id, for: .south).takeovers == 1)

            let late = run.next(.taken())
            #expect(try await test.store.commit(late) == .fenced)
            guard case .owned(by: .south) = try await test.store.claim(run.id, for: .north) else {
                throw Unexpected(description: "claimed back")
            }
        }
    }

    @Test("A node that was never heard of is lost", arguments: StoreKind.allCases)
    func unheardOf(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            #expect(try await test.claimed(run.id, for: .south).takeovers == 1)
        }
    }

    @Test("What has ended is given without a claim", arguments: StoreKind.allCases)
    func ended(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            let stored = try await test.claimed(run.id, for: .south)
            #expect(stored.owner == .north)
            #expect(stored.takeovers == 0)
            #expect(try await test.store.owned(by: .south).isEmpty)
        }
    }

    @Test("A workflow comes with who holds its tasks, and since when", arguments: StoreKind.allCases)
    func takes(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.register(.ada)
            try await test.register(.bob)
            let (run, other) = (try StoredRun(StoredRun.wide(3)), try StoredRun())
            try await run.start(in: test.store)
            try await other.start(in: test.store)
            #expect(try await test.store.workflow(run.id)?.surroundings.takes == [])
            let first = try #require(try await test.take(.ada).tasks.first)
            try await test.wait(.milliseconds(30))
            let second = try #require(try await test.take(.bob).tasks.first)
            try await test.wait(.milliseconds(30))

            let takes = try await test.claimed(run.id, for: .south).surroundings.takes
            #expect(takes.map(\.step) == [0, 1])
            #expect(takes.map(\.agent) == [.ada, .bob])
            // Redis tells how long ago it was, in milliseconds of another moment than its clock's.
            for (take, given) in zip(takes, [first, second]) {
                let difference = take.at - given.takenAt
                #expect(difference > .milliseconds(-10) && difference < .milliseconds(10))
            }
        }
    }

    @Test("Orphans are claimed in batches, each once, until none is left", arguments: StoreKind.allCases)
    func orphans(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var runs: [StoredRun] = []
            for _ in 0..<7 { runs.append(try StoredRun()) }
            for run in runs { try await run.start(in: test.store) }
            // One that has ended, and one of somebody else, are nobody's orphans.
            #expect(try await test.store.commit(runs[6].next(.cancelled)) == .committed)
            try await StoredRun(node: .west).start(in: test.store)
            try await lose(.north, test)

            var claimed: [WorkflowID] = []
            for expected in [4, 2] {
                let batch = try await test.store.claimOrphans(of: .north, for: .south, limit: 4)
                #expect(batch.count == expected)
                claimed += batch
            }
            #expect(Set(claimed) == Set(runs.prefix(6).map(\.id)))
            #expect(Set(try await test.store.owned(by: .south)) == Set(claimed))
            #expect(try await test.store.claimOrphans(of: .north, for: .west, limit: 4).isEmpty)
            for id in claimed { #expect(try await test.store.workflow(id)?.takeovers == 1) }
            #expect(try await test.store.owned(by: .north).isEmpty)
            #expect(try await test.store.owned(by: .west).count == 1)
        }
    }

    @Test("A batch is full as long as there are enough orphans", arguments: StoreKind.allCases)
    func fullBatch(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for _ in 0..<4 { try await StoredRun().start(in: test.store) }
            let (store, north) = (test.store, NodeID.north)
            #expect(try await store.claimOrphans(of: north, for: .south, limit: 2).count == 2)
            #expect(try await store.claimOrphans(of: north, for: .south, limit: 2).count == 2)
            #expect(try await store.claimOrphans(of: north, for: .south, limit: 2).isEmpty)
        }
    }

    @Test(
        "The last claim of a node, asked for again, gives the same, and one before it nothing",
        arguments: StoreKind.allCases)
    func numberedClaims(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for _ in 0..<5 { try await StoredRun().start(in: test.store) }
            func claim(_ number: Int, for node: NodeID = .south) async throws -> [WorkflowID] {
                try await test.store.claimOrphans(of: .north, for: node, number: number, limit: 2)
            }
            let first = try await claim(1)
            #expect(first.count == 2)
            #expect(Set(try await claim(1)) == Set(first))
            let second = try await claim(2)
            #expect(second.count == 2 && Set(second).isDisjoint(with: first))
            // It was on its way for longer than the next one.
            #expect(try await claim(1).isEmpty)
            #expect(Set(try await claim(2)) == Set(second))
            #expect(try await test.store.owned(by: .south).count == 4)
            // Each node counts for itself.
            #expect(try await claim(1, for: .west).count == 1)
            #expect(try await claim(3).isEmpty)
            #expect(try await claim(3).isEmpty)
        }
    }

    @Test("A claim that found nothing finds nothing when it is asked for again", arguments: StoreKind.allCases)
    func emptyClaim(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.store.heartbeat(of: .north, lease: Self.long)
            try await StoredRun().start(in: test.store)
            let store = test.store
            #expect(try await store.claimOrphans(of: .north, for: .south, number: 1, limit: 9).isEmpty)
            try await lose(.north, test)
            #expect(try await store.claimOrphans(of: .north, for: .south, number: 1, limit: 9).isEmpty)
            #expect(try await store.claimOrphans(of: .north, for: .south, number: 2, limit: 9).count == 1)
        }
    }

    @Test("A heartbeat tells when the next of the others' leases ends", arguments: StoreKind.allCases)
    func nextEnd(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            #expect(try await test.store.heartbeat(of: .north, lease: Self.long).nextEnd == nil)
            let second = try await test.store.heartbeat(of: .south, lease: Self.long * 2)
            let north = try #require(second.nextEnd)
            let third = try await test.store.heartbeat(of: .north, lease: Self.long)
            #expect(third.nextEnd == second.now + Self.long * 2)
            #expect(third.now + Self.long >= north)
            try await lose(.west, test)
            #expect(try await test.store.heartbeat(of: .north, lease: Self.long).nextEnd == third.nextEnd)
        }
    }

    @Test("Who was away itself takes nobody for dead, whose lease ended meanwhile", arguments: StoreKind.allCases)
    func noJudge(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            try await test.judge(.west, longestGap: .milliseconds(20))
            try await lose(.north, test)
            // A new one, and one that has not been heard of for too long.
            try await test.store.heartbeat(of: .south, lease: Self.long)
            try await test.wait(.milliseconds(30))
            for node in [NodeID.south, .west] {
                guard case .owned(by: .north) = try await test.store.claim(run.id, for: node) else {
                    throw Unexpected(description: "\(node) has judged")
                }
                #expect(try await test.store.claimOrphans(of: .north, for: node, limit: 9).isEmpty)
                let heartbeat = try await test.store.heartbeat(.test(node, lease: Self.long, isFirst: false))
                #expect(heartbeat.standing == .known)
                #expect(heartbeat.ended.isEmpty)
            }
            try await test.store.leave(.north)
            #expect(try await test.store.heartbeat(of: .south, lease: Self.long).ended.map(\.id) == [.north])
            #expect(try await test.claimed(run.id, for: .west).owner == .west)
        }
    }

    @Test("Nobody claims orphans of itself", arguments: StoreKind.allCases)
    func ownOrphans(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            #expect(try await test.store.claimOrphans(of: .north, for: .north, limit: 9).isEmpty)
            #expect(try await test.store.workflow(run.id)?.takeovers == 0)
        }
    }

    @Test("A node is known until others take it for dead, which ends its id", arguments: StoreKind.allCases)
    func standing(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            #expect(try await test.store.heartbeat(of: .north, lease: Self.long).standing == .new)
            #expect(try await test.store.heartbeat(of: .north, lease: Self.long).standing == .known)
            try await run.start(in: test.store)
            try await lose(.north, test)
            // Late, but nobody has noticed.
            let late = try await test.store.heartbeat(of: .north, lease: Self.short, isFirst: false)
            #expect(late.standing == .known)
            try await test.wait(.milliseconds(5))
            #expect(try await test.store.claimOrphans(of: .north, for: .south, limit: 9) == [run.id])
            for _ in 0..<2 {
                let refused = try await test.store.heartbeat(of: .north, lease: Self.long, isFirst: false)
                #expect(refused.standing == .dead)
                #expect(refused.ended.isEmpty)
            }
            #expect(try await test.claimed(run.id, for: .south).takeovers == 1)
        }
    }

    @Test(
        "One claim is enough to take a node for dead, and then the rest may be claimed", arguments: StoreKind.allCases)
    func deadByOneClaim(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let (run, other) = (try StoredRun(), try StoredRun())
            for run in [run, other] { try await run.start(in: test.store) }
            try await lose(.north, test)
            _ = try await test.claimed(run.id, for: .south)
            #expect(try await test.store.heartbeat(of: .north, lease: Self.long, isFirst: false).standing == .dead)
            // That needs no judgement any more.
            #expect(try await test.store.heartbeat(of: .west, lease: Self.long).ended.map(\.id).contains(.north))
            #expect(try await test.store.claimOrphans(of: .north, for: .west, limit: 9) == [other.id])
        }
    }

    @Test("What a node starts or claims when it is dead already is seen by others", arguments: StoreKind.allCases)
    func ownedByDead(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let (run, late, claimed) = (try StoredRun(), try StoredRun(), try StoredRun(node: .west))
            try await run.start(in: test.store)
            try await lose(.north, test)
            #expect(try await test.store.claimOrphans(of: .north, for: .south, limit: 9) == [run.id])
            // North was frozen for all that time, and has sent this before it hears of it.
            #expect(try await late.start(in: test.store) == .started)
            try await claimed.start(in: test.store)
            try await lose(.west, test)
            _ = try await test.claimed(claimed.id, for: .north)

            let ended = try await test.store.heartbeat(of: .south, lease: Self.long).ended
            #expect(ended.map(\.id) == [.north])
            #expect(
                Set(try await test.store.claimOrphans(of: .north, for: .south, limit: 9)) == [late.id, claimed.id])
        }
    }

    @Test("A heartbeat tells the store's time", arguments: StoreKind.allCases)
    func time(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let before = try await test.now()
            let heartbeat = try await test.store.heartbeat(of: .north, lease: Self.long)
            let after = try await test.now()
            #expect(before <= heartbeat.now && heartbeat.now <= after)
        }
    }

    @Test("A heartbeat names the nodes whose lease has ended and that own workflows", arguments: StoreKind.allCases)
    func endedNodes(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await StoredRun(node: .north).start(in: test.store)
            try await StoredRun(node: .south).start(in: test.store)
            _ = try await test.store.heartbeat(of: .south, lease: Self.long)
            let lastSign = try await lose(.north, test)
            try await lose(.west, test)
            let observer = NodeID(token: RandomToken(high: 1, low: 4))
            try await test.judge(observer)
            let north = try await test.store.heartbeat(of: observer, lease: Self.long).ended
            #expect(north.map(\.id) == [.north])
            #expect(north.first?.heartbeatAt == lastSign)
            #expect(try await test.store.heartbeat(of: observer, lease: Self.long).ended == north)
            _ = try await test.store.claimOrphans(of: .north, for: observer, limit: 9)
            #expect(try await test.store.heartbeat(of: observer, lease: Self.long).ended.isEmpty)
            // West owned nothing, and may still be heard of.
            #expect(try await test.store.heartbeat(of: .west, lease: Self.long, isFirst: false).standing == .known)
        }
    }

    @Test("What a node that leaves had may be claimed at once", arguments: StoreKind.allCases)
    func leave(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            _ = try await test.store.heartbeat(of: .north, lease: Self.long)
            try await test.store.leave(.north)
            try await test.store.leave(.north)
            let heartbeat = try await test.store.heartbeat(of: .south, lease: Self.long)
            #expect(heartbeat.ended.map(\.id) == [.north])
            #expect(try await test.store.claimOrphans(of: .north, for: .south, limit: 9) == [run.id])
            #expect(try await test.store.heartbeat(of: .south, lease: Self.long).ended.isEmpty)
        }
    }

    @Test("A node that leaves nothing behind is nobody's concern", arguments: StoreKind.allCases)
    func leaveNothing(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await test.store.heartbeat(of: .north, lease: Self.long)
            try await test.store.leave(.north)
            #expect(try await test.store.heartbeat(of: .south, lease: Self.long).ended.isEmpty)
            #expect(try await test.store.heartbeat(of: .north, lease: Self.long, isFirst: false).standing == .dead)
        }
    }

    @Test("A store that answers is not unavailable", arguments: StoreKind.allCases)
    func availability(_ kind: StoreKind) async throws {
        try await withStore(kind) { #expect(await $0.store.unavailability() == nil) }
    }
}
