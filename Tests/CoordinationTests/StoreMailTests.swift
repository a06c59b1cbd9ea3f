import JSON
import RedisStreams
import Sockets
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

@Suite("Stores: mailboxes and messages", .timeLimit(.minutes(1)))
struct StoreMailTests {
    private let letter = Letter(.completed(result: #"{"n": 1}"#), reply: .node(.south, number: 7))

    /// Runs the body with a workflow of a live node, and what other nodes are told.
    private func withOwnedRun(
        _ kind: StoreKind, _ plan: String = StoredRun.single,
        _ body: (StoreUnderTest, StoredRun, Listening) async throws -> Void
    ) async throws {
        try await withStore(kind) { test in
            for node in [NodeID.north, .south] { try await test.judge(node) }
            try await withListening(to: test) { listening in
                let run = try StoredRun(plan)
                try await run.start(in: test.store)
                try await body(test, run, listening)
            }
        }
    }

    private func letters(of run: StoredRun, _ test: StoreUnderTest) async throws -> [MailedLetter] {
        try await test.store.surroundings(of: run.id, steps: [], after: .beginning).letters
    }

    @Test(
        "A letter lies in the mailbox of a live owner's workflow, and the owner is told", arguments: StoreKind.allCases)
    func mailed(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, listening in
            #expect(try await test.store.send(letter, to: run.id, from: .south) == .mailed)
            let mailed = try #require(try await letters(of: run, test).first)
            #expect(mailed.letter == letter)
            #expect(try await listening.next(at: .node(.north)) == .mail(run.id, mailed))
            #expect(try await test.store.inbox(of: .north, limit: 10) == [run.id])
            #expect(try await test.store.inbox(of: .south, limit: 10).isEmpty)
            #expect(try await test.store.workflow(run.id)?.revision == 1)
        }
    }

    @Test("Letters keep their order, and are read from any place on", arguments: StoreKind.allCases)
    func order(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, _ in
            for number in 0..<900 {
                let letter = Letter(.completed(result: JSONText(unchecked: Array("\(number)".utf8))))
                #expect(try await test.store.send(letter, to: run.id, from: .south) == .mailed)
            }
            let all = try await letters(of: run, test)
            #expect(
                all.map { $0.letter?.event }
                    == (0..<900).map { number in
                        .completed(result: JSONText(unchecked: Array("\(number)".utf8)))
                    })
            let rest = try await test.store.surroundings(of: run.id, steps: [], after: all[891].place).letters
            #expect(rest == Array(all[892...]))
        }
    }

    @Test("No letter has the place of one that was taken in before it", arguments: StoreKind.allCases)
    func places(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, _ in
            var run = run
            var last = StreamPlace.beginning
            for _ in 0..<300 {
                // So quick after each other that some come in the same millisecond.
                _ = try await test.store.send(letter, to: run.id, from: .south)
                let place = try #require(try await letters(of: run, test).first?.place)
                try #require(place > last)
                last = place
                var commit = run.next()
                commit.letters = [AnsweredLetter(place: place, reply: nil, delivery: Delivery(outcome: .accepted))]
                _ = try await test.store.commit(commit)
            }
            _ = try await test.store.commit(run.next(.cancelled))
            let prefix = Keyspace().prefix
            let keys = try await test.redis?.command("KEYS", RedisArgument("\(prefix)coordinator_result:*"))
            #expect(keys?.array?.count ?? 0 == 0)
        }
    }

    @Test("The owner keeps no letters to itself", arguments: StoreKind.allCases)
    func own(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, _ in
            let posting = try await test.store.send(letter, to: run.id, from: .north)
            #expect(posting == .own)
            #expect(try await letters(of: run, test).isEmpty)
            #expect(try await test.store.send(letter, to: .unique(), from: .south) == .unknownWorkflow)
        }
    }

    @Test("The workflow of a lost owner is the sender's at once", arguments: StoreKind.allCases)
    func lostOwner(_ kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            #expect(try await test.store.send(letter, to: run.id, from: .south) == .own)
            let stored = try #require(try await test.store.workflow(run.id))
            #expect(stored.owner == .south)
            #expect(stored.takeovers == 1)
            #expect(try await test.store.owned(by: .south) == [run.id])
        }
    }

    @Test(
        "A commit takes in the letters that it names and no others, and their senders are told",
        arguments: StoreKind.allCases)
    func takenIn(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind, StoredRun.double) { test, run, listening in
            var run = run
            for number in [7, 8] as [UInt64] {
                let letter = Letter(.taken(), reply: .node(.south, number: number))
                #expect(try await test.store.send(letter, to: run.id, from: .south) == .mailed)
            }
            let mailed = try await letters(of: run, test)
            var commit = run.next(.taken())
            let delivery = Delivery(outcome: .accepted, acceptedResult: #"{"a": 1}"#)
            commit.letters = [
                AnsweredLetter(place: mailed[0].place, reply: mailed[0].letter?.reply, delivery: delivery)
            ]
            #expect(try await test.store.commit(commit) == .committed)
            #expect(try await letters(of: run, test) == [mailed[1]])
            #expect(try await test.store.inbox(of: .north, limit: 10) == [run.id])
            #expect(try await listening.next(at: .node(.south)) == .reply(number: 7, delivery))

            commit = run.next(.taken(1))
            commit.letters = [AnsweredLetter(place: mailed[1].place, reply: nil, delivery: delivery)]
            #expect(try await test.store.commit(commit) == .committed)
            #expect(try await letters(of: run, test).isEmpty)
            #expect(try await test.store.inbox(of: .north, limit: 10).isEmpty)
        }
    }

    @Test(
        "A fenced commit takes nothing in, and mail goes over to who claims the workflow", arguments: StoreKind.allCases
    )
    func fenced(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, _ in
            var run = run
            #expect(try await test.store.send(letter, to: run.id, from: .south) == .mailed)
            let mailed = try await letters(of: run, test)
            try await test.store.leave(.north)
            let claimed = try await test.claimed(run.id, for: .south)
            #expect(claimed.surroundings.letters == mailed)
            #expect(try await test.store.inbox(of: .north, limit: 10).isEmpty)
            #expect(try await test.store.inbox(of: .south, limit: 10) == [run.id])
            var commit = run.next(.taken())
            let delivery = Delivery(outcome: .accepted)
            commit.letters = [AnsweredLetter(place: mailed[0].place, reply: nil, delivery: delivery)]
            #expect(try await test.store.commit(commit) == .fenced)
            #expect(try await letters(of: run, test) == mailed)
        }
    }

    @Test(
        "Whoever sent a letter that came too late is told to ask anew, and its mailbox is gone",
        arguments: StoreKind.allCases)
    func tooLate(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, listening in
            var run = run
            let posting = try await test.store.send(letter, to: run.id, from: .south)
            #expect(posting == .mailed)
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await listening.next(at: .node(.south)) == .again(number: 7))
            #expect(try await letters(of: run, test).isEmpty)
            #expect(try await test.store.inbox(of: .north, limit: 10).isEmpty)
            #expect(try await test.store.send(letter, to: run.id, from: .south) == .ended)
        }
    }

    @Test("Every commit is told on the workflow's channel", arguments: StoreKind.allCases)
    func changes(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, listening in
            var run = run
            try await listening.listen(to: run.id)
            #expect(try await test.store.commit(run.next(.taken())) == .committed)
            #expect(try await listening.next(at: .workflow(run.id)) == .changed(run.id, revision: 2))
        }
    }

    @Test(
        "The owner is told what an agent took at another node, and not what it took at its own",
        arguments: StoreKind.allCases)
    func taken(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind, StoredRun.double) { test, run, listening in
            try await test.register(.ada)
            let (near, far) = (try await test.take(.ada), try await test.take(.ada, running: [run.task()], at: .south))
            #expect(near.tasks.map(\.isOwnerTold) == [false])
            let task = try #require(far.tasks.first)
            #expect(task.isOwnerTold)
            let message = NodeMessage.taken(run.task(1), attempt: 1, by: .ada, at: task.takenAt)
            #expect(try await listening.next(at: .node(.north)) == message)
            #expect(listening.count(at: .node(.north)) == 1)
        }
    }

    @Test(
        "A task calls an agent that waits at another node, as long as nobody waits at its own",
        arguments: StoreKind.allCases)
    func waitingElsewhere(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind, StoredRun.chain) { test, run, listening in
            var run = run
            for (agent, node) in [(AgentID.ada, NodeID.north), (.bob, .south)] {
                try await test.register(agent, ["check"])
                #expect(try await test.take(agent, waits: true, at: node).tasks.isEmpty)
            }
            #expect(try await test.store.commit(run.next(.taken(), .completed())).isCommitted)
            #expect(listening.count(at: .node(.south)) == 0)
            // Its own agent has gone away meanwhile.
            try await test.store.passOn(TaskCall("check"), from: .north)
            #expect(try await listening.next(at: .node(.south)) == .task("check"))
            // From here on that is known.
            try await StoredRun(StoredRun.plan(steps: #"{"id": "only", "task_type": "check"}"#)).start(in: test.store)
            try await listening.wait(forCount: 2, at: .node(.south))
            #expect(listening.count(at: .node(.north)) == 0)
        }
    }

    @Test("An agent that is to stop is told at the node that it asked last", arguments: StoreKind.allCases)
    func stop(_ kind: StoreKind) async throws {
        try await withOwnedRun(kind) { test, run, listening in
            var run = run
            try await test.register(.ada)
            #expect(try await test.take(.ada, at: .south).tasks.count == 1)
            var commit = run.next(.taken(), .cancelled)
            commit.stops = [.ada]
            #expect(try await test.store.commit(commit) == .committed)
            #expect(try await listening.next(at: .node(.south)) == .stop(.ada))
        }
    }
}
