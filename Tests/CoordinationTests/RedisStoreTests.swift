import JSON
import RedisStreams
import TestKit
import Testing
import WorkflowCore

@testable import Coordination

/// What only Redis can do to its store.
@Suite("The store in Redis", .timeLimit(.minutes(1)))
struct RedisStoreTests {
    private static let prefix = "ganglion:{p0}:default:"

    private func key(_ name: String) -> RedisArgument { RedisArgument(Self.prefix + name) }

    @Test("A Redis that has forgotten the scripts is told them again")
    func flushedScripts() async throws {
        try await withRedisStore { redis, test in
            try await test.register(.ada)
            var run = try StoredRun()
            for flushed in 0..<3 {
                try await redis.command("SCRIPT", "FLUSH")
                switch flushed {
                case 0: #expect(try await run.start(in: test.store) == .started)
                case 1: #expect(try await test.take(.ada, 1).tasks.count == 1)
                default: #expect(try await test.store.commit(run.next(.taken(), .completed())) == .committed)
                }
            }
            #expect(try await test.store.workflow(run.id)?.revision == 2)
        }
    }

    @Test("A queue whose group was destroyed gives all its tasks again")
    func destroyedGroup() async throws {
        try await withRedisStore { redis, test in
            var run = try StoredRun(StoredRun.wide(3))
            try await run.start(in: test.store)
            try await test.register(.ada)
            try await test.register(.bob)
            #expect(try await test.take(.ada, 1).tasks.map(\.dispatch.task.step) == [0])
            try await redis.command("XGROUP", "DESTROY", key("agent_queue:work"), "agents")
            #expect(try await test.store.workflow(run.id)?.surroundings.takes == [])
            #expect(try await test.take(.ada, 0, running: [run.task(0)]).stop == [run.task(0)])
            #expect(try await test.take(.bob, 8).tasks.map(\.dispatch.task.step) == [0, 1, 2])
            #expect(try await test.store.workflow(run.id)?.surroundings.takes.map(\.agent) == [.bob, .bob, .bob])

            try await redis.command("XGROUP", "DESTROY", key("agent_queue:work"), "agents")
            #expect(try await test.store.deregister(.bob, at: .north)?.holders == [])
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            try await redis.command("DEL", key("agent_queue:work"))
            #expect(try await test.take(.ada, 1).tasks.isEmpty)
        }
    }

    @Test("An entry that was deleted in its queue occupies nobody")
    func deletedEntry() async throws {
        try await withRedisStore { redis, test in
            let run = try StoredRun(StoredRun.wide(2))
            try await run.start(in: test.store)
            try await test.register(.ada, slots: 1)
            #expect(try await test.take(.ada, 1).tasks.map(\.dispatch.task.step) == [0])
            try await redis.command("XTRIM", key("agent_queue:work"), "MAXLEN", "1")
            #expect(try await test.take(.ada, 1).tasks.map(\.dispatch.task.step) == [1])
            try await redis.command("XTRIM", key("agent_queue:work"), "MAXLEN", "0")
            #expect(try await test.store.deregister(.ada, at: .north)?.holders == [])
            #expect(try await test.store.removeLostAgents(for: .north).holders.isEmpty)
        }
    }

    @Test("All keys begin with the partition's prefix, and are those of the architecture's table")
    func keys() async throws {
        try await withRedisStore { redis, test in
            try await test.register(.ada, ["work", "check"])
            _ = try await test.store.heartbeat(of: .north, lease: .seconds(60))
            try await StoredRun(labels: ["team": "legal"], key: "key").start(in: test.store)
            for resolves in [false, true] {
                var run = try StoredRun(StoredRun.fragile)
                try await run.start(in: test.store)
                #expect(try await test.store.commit(run.next(.taken(), .failed())) == .committed)
                guard resolves else { continue }
                #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            }
            #expect(try await test.take(.ada, 1).tasks.count == 1)
            try await test.configure(#"{"rate": {"limit": 1, "per": "minute", "key": "payload"}}"#)
            for lane in ["a/b", "a/c", "d/b"] { try await test.startRuns(1, lane: lane) }
            // The first again, and of each quota one.
            #expect(try await test.take(.ada, 4).tasks.count == 3)
            try await test.startRuns(1, lane: "e/f")
            _ = try await test.store.deregister(.ada, at: .north)

            let names = try await redis.command("KEYS", "*").array?.compactMap(\.string) ?? []
            #expect(names.allSatisfy { $0.hasPrefix(Self.prefix) })
            let kinds = names.map { $0.dropFirst(Self.prefix.count) }.map { name in
                // The name without the id at its end.
                let end = name.lastIndex(of: ":").map { name.index(after: $0) } ?? name.endIndex
                let tail = name[end...]
                return String(tail.count > 20 ? name[..<end] : name)
            }
            #expect(
                Set(kinds) == [
                    "agent:", "agent_queue:check", "agent_queue:work", "agent_queue:work:a/b",
                    "agent_queue:work:a/c", "agent_queue:work:d/b", "agent_queue:work:e/f", "agents:departed",
                    "coordinators:", "escalation:", "expiry", "groups:work", "history:", "idempotency:",
                    "index:agents", "index:escalations:of:", "index:escalations:open",
                    "index:escalations:open:kind:exhausted", "index:escalations:open:name:test",
                    "index:escalations:open:tier:1", "index:escalations:resolved",
                    "index:escalations:resolved:kind:exhausted", "index:escalations:resolved:name:test",
                    "index:escalations:resolved:tier:1", "index:label:team:legal", "index:nodes",
                    "index:status:cancelled", "index:status:escalated", "index:status:running",
                    "index:task_types", "index:workflows", "lane_tasks:", "lanes:work", "limited:work", "node:",
                    "nodes", "rate:work:b", "rate:work:c", "settings", "settings:revision", "task_type:work",
                    "turns:work", "workflow:",
                ])
        }
    }

    @Test("Numbers are written as whole numbers")
    func numbers() async throws {
        try await withRedisStore { redis, test in
            var run = try StoredRun()
            try await run.start(in: test.store)
            try await test.register(.ada, lifetime: .seconds(86_400 * 365))
            _ = try await test.store.heartbeat(of: .north, lease: .seconds(60))
            #expect(try await test.take(.ada, 1).tasks.count == 1)
            #expect(try await test.store.deregister(.ada, at: .north)?.holders.count == 1)
            try await test.register(.bob)
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            let now = try await test.now()
            for (name, field) in [("agent:\(AgentID.ada)", "registered_at"), ("agent:\(AgentID.ada)", "heartbeat_at")] {
                let value = try await redis.command("HGET", key(name), RedisArgument(field)).string
                let written = try #require(value.flatMap { Int64($0) })
                #expect(abs(now.milliseconds - written) < 60_000)
            }
            #expect(try await redis.command("HGET", key("workflow:\(run.id)"), "created_at").string == "1750000000000")
            for set in ["nodes", "agents", "agents:departed", "expiry"] {
                let pairs = try await redis.command("ZRANGE", key(set), "0", "-1", "WITHSCORES").pairs
                #expect(!pairs.isEmpty)
                #expect(pairs.allSatisfy { $0.value.integer.map { $0 > 1_750_000_000_000 } == true })
            }
            let members = try await redis.command("ZRANGE", key("index:workflows"), "0", "-1").array
            #expect(members?.compactMap(\.string) == ["001750000000000:\(run.id)"])
        }
    }

    @Test("A Redis that is full is unavailable, takes nothing and gives nothing, and forgets what it may")
    func full() async throws {
        try await withRedisStore { redis, test in
            try await test.register(.ada)
            var (run, swept) = (try StoredRun(StoredRun.chain), try StoredRun())
            swept.retention = .zero
            try await run.start(in: test.store)
            try await swept.start(in: test.store)
            #expect(try await test.store.commit(swept.next(.cancelled)) == .committed)
            let commit = run.next(.taken(), .completed())
            let before = try await contents(redis)
            try await redis.command("CONFIG", "SET", "maxmemory", "1")

            let store = test.store
            await expectFull { try await StoredRun(key: "key").start(in: store) }
            await expectFull { try await store.commit(commit) }
            await expectFull { try await test.take(.ada, 1) }
            await expectFull { try await test.register(.bob, ["new type"]) }
            await expectFull { try await store.heartbeat(of: .north, lease: .seconds(9)) }
            await expectFull { try await store.claim(run.id, for: .south) }
            await expectFull { try await store.claimOrphans(of: .north, for: .south, limit: 9) }
            #expect(try await store.workflow(run.id)?.revision == 1)
            #expect(try await contents(redis) == before)
            #expect(try await store.sweep(limit: 9) == 1)

            try await redis.command("CONFIG", "SET", "maxmemory", "0")
            #expect(try await test.take(.ada, 1).tasks.map(\.dispatch.task) == [run.task()])
            #expect(try await store.commit(commit) == .committed)
        }
    }

    private func expectFull<Result>(
        sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
    ) async {
        do {
            _ = try await body()
            Issue.record("it was done", sourceLocation: sourceLocation)
        } catch StoreError.unavailable(let reason) {
            #expect(reason.contains("OOM"), sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
        }
    }

    /// A digest of all that the server has.
    private func contents(_ redis: RedisServer) async throws -> String? {
        try await redis.command("DEBUG", "DIGEST").string
    }

    @Test("An agent that has gone is forgotten when its day is over")
    func forgottenAgent() async throws {
        try await withRedisStore { redis, test in
            try await test.register(.ada)
            #expect(try await test.store.deregister(.ada, at: .north)?.holders == [])
            let member = RedisArgument("agent:\(AgentID.ada)")
            let end = try await redis.command("ZSCORE", key("expiry"), member).integer
            let now = try await test.now()
            #expect(abs((end ?? 0) - now.milliseconds - 86_400_000) < 60_000)
            #expect(try await test.store.sweep(limit: 9) == 0)
            try await redis.command("ZADD", key("expiry"), RedisArgument(now.milliseconds), member)
            #expect(try await test.store.sweep(limit: 9) == 1)
            #expect(try await test.store.agent(.ada) == nil)
            #expect(
                try await redis.command("KEYS", "*").array?.compactMap(\.string).sorted() == [
                    Self.prefix + "agent_queue:work", Self.prefix + "index:task_types",
                ])
        }
    }

    @Test("A workflow with thousands of escalations is forgotten in parts")
    func manyEscalations() async throws {
        try await withRedisStore { redis, test in
            let steps = (0..<2500).map {
                #"{"id": "step\#($0)", "task_type": "work", "retry": {"max_attempts": 1}, "queue_timeout": "1ms"}"#
            }
            var run = try StoredRun(StoredRun.plan(steps: steps.joined(separator: ",")))
            run.retention = .zero
            try await run.start(in: test.store)
            let later = StoredRun.beginning + .seconds(1)
            #expect(try await test.store.commit(run.next(.clock, at: later)) == .committed)
            #expect(try await test.store.commit(run.next(.cancelled, at: later)) == .committed)
            #expect(try await redis.command("ZCARD", key("index:escalations:resolved")).integer == 2500)
            for left in stride(from: 2350, through: 100, by: -150) {
                #expect(try await test.store.sweep(limit: 9) == 0)
                #expect(try await redis.command("ZCARD", key("index:escalations:resolved")).integer == Int64(left))
            }
            #expect(try await test.store.sweep(limit: 9) == 1)
            try await test.store.leave(.north)
            let left = try await redis.command("KEYS", "*").array?.compactMap(\.string)
            #expect(left == [Self.prefix + "agent_queue:work"])
        }
    }

    @Test("A workflow has a queue entry's place exactly as long as the entry is there")
    func places() async throws {
        try await withRedisStore { redis, test in
            var run = try StoredRun(StoredRun.chain)
            func places() async throws -> [String] {
                let fields = try await redis.command("HGETALL", key("workflow:\(run.id)")).pairs
                var places: [String] = []
                for (name, place) in fields where name.hasPrefix("q:") {
                    let parts = (place.string ?? "").split(separator: " ").map(String.init)
                    try #require(parts.count == 2)
                    let entry = RedisArgument(parts[1])
                    let found = try await redis.command("XRANGE", key("agent_queue:\(parts[0])"), entry, entry)
                    #expect(found.array?.count == 1)
                    places.append("\(name) \(parts[0])")
                }
                return places
            }
            try await run.start(in: test.store)
            #expect(try await places() == ["q:0 work"])
            #expect(try await test.store.commit(run.next(.taken(), .completed())) == .committed)
            #expect(try await places() == ["q:1 check"])
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await places() == [])
            for type in ["work", "check"] {
                #expect(try await redis.command("XLEN", key("agent_queue:\(type)")).integer == 0)
            }
        }
    }

    @Test("A workflow that is forgotten leaves nothing behind but its queues")
    func nothingBehind() async throws {
        try await withRedisStore { redis, test in
            var run = try StoredRun(StoredRun.fragile, labels: ["team": "legal", "a \"b\"": "é:\u{1}\u{1F600}"])
            run.retention = .zero
            try await run.start(in: test.store)
            #expect(try await test.store.commit(run.next(.taken(), .failed())) == .committed)
            #expect(try await test.store.commit(run.next(.cancelled)) == .committed)
            #expect(try await test.store.sweep(limit: 1) == 1)
            try await test.store.leave(.north)
            let left = try await redis.command("KEYS", "*").array?.compactMap(\.string)
            #expect(left == [Self.prefix + "agent_queue:work"])
        }
    }

    @Test("What is not whole is damaged, and said to be")
    func damaged() async throws {
        try await withRedisStore { redis, test in
            let run = try StoredRun()
            try await run.start(in: test.store)
            try await redis.command("HDEL", key("workflow:\(run.id)"), "checkpoint")
            await #expect(throws: StoreError.damaged("what Redis has of \(run.id) is not whole")) {
                try await test.store.workflow(run.id)
            }
        }
    }
}
