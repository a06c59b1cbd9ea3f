import RedisStreams
import Sockets
import TestKit
import Testing

@Suite("Redis client", .timeLimit(.minutes(1)))
struct RedisClientTests {
    @Test("Every kind of reply reaches its caller, and an error is thrown")
    func replies() async throws {
        try await withRedisServer { redis in
            try await withRedisClient(redis.endpoint) { client in
                try await #expect(client.send(.read("PING")) == .simple("PONG"))
                try await #expect(client.send(.read("GET", "none")) == .null)
                try await #expect(client.send(RedisCommand(["INCR", "n"])) == .integer(1))
                try await #expect(client.send(RedisCommand(["RPUSH", "l", "a", "", "b\r\n"])) == .integer(3))
                let list = RedisValue.array([.bulk([0x61]), .bulk([]), .bulk(Array("b\r\n".utf8))])
                try await #expect(client.send(.read("LRANGE", "l", "0", "-1")) == list)
                let error = await #expect(throws: RedisError.self) { try await client.send(.read("GET", "l")) }
                guard case .server("WRONGTYPE", _) = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
            }
        }
    }

    @Test("Values of megabytes go and come whole")
    func large() async throws {
        let value = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withRedisServer { redis in
            try await withRedisClient(redis.endpoint) { client in
                try await client.send(RedisCommand(["SET", "large", RedisArgument(value)]))
                try await #expect(client.send(.read("GET", "large")).bytes == value)
            }
        }
    }

    @Test("A hundred thousand commands at once are all answered, each with its own reply")
    func hundredThousand() async throws {
        try await withRedisServer { redis in
            let loop = try EventLoop(name: "many")
            var options = RedisClient.Options()
            options.deadline = .seconds(30)
            try await withRedisClient(redis.endpoint, on: loop, options: options) { client in
                let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
                    for task in 0..<1000 {
                        group.addTask(executorPreference: loop) {
                            var wrong = 0
                            for number in (task * 100)..<(task * 100 + 100) {
                                let reply = try await client.send(.read("ECHO", RedisArgument(number)))
                                if reply.integer != Int64(number) { wrong += 1 }
                            }
                            return wrong
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(wrong == 0)
            }
        }
    }

    @Test("The commands of one turn leave in one write")
    func oneWrite() async throws {
        try await withFakeRedis { fake in
            let loop = try EventLoop(name: "turn")
            try await withRedisClient(fake.endpoint, on: loop) { client in
                let greeting = fake.batches.count
                try await Batch(loop).send(100, to: client)
                #expect(fake.batches.events.dropFirst(greeting) == [100])
            }
        }
    }

    @Test("More commands than may wait are refused at once, and those that wait are answered")
    func tooMany() async throws {
        try await withRedisServer { redis in
            var options = RedisClient.Options()
            options.maximumPending = 10
            try await withRedisClient(redis.endpoint, options: options) { client in
                await redis.pause()
                let outcomes = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<30 { group.addTask { (try? await client.send(.read("PING"))) != nil } }
                    var outcomes: [Bool] = []
                    for await outcome in group {
                        outcomes.append(outcome)
                        if outcomes.count == 20 { await redis.resume() }
                    }
                    return outcomes
                }
                #expect(outcomes == Array(repeating: false, count: 20) + Array(repeating: true, count: 10))
            }
        }
    }

    // MARK: Scripts

    private static let script = RedisScript(
        name: "sum", source: Array("return tonumber(ARGV[1]) + redis.call('INCRBY', KEYS[1], ARGV[1])".utf8))

    @Test("A script runs by its digest, and again after Redis has forgotten it")
    func scripts() async throws {
        try await withRedisServer { redis in
            try await withRedisClient(redis.endpoint, scripts: [Self.script]) { client in
                try await #expect(client.run(Self.script, keys: ["n"], arguments: ["5"]) == .integer(10))
                try await redis.command("SCRIPT", "FLUSH")
                try await #expect(client.run(Self.script, keys: ["n"], arguments: ["5"]) == .integer(15))
                try await #expect(client.run(Self.script, keys: ["n"], arguments: ["5"]) == .integer(20))
                #expect(
                    try await redis.command("INFO", "commandstats").string?.contains("cmdstat_eval:calls=1,") == true)
            }
        }
    }

    @Test("A script that was not named at the start runs all the same")
    func unknownScript() async throws {
        try await withRedisServer { redis in
            try await withRedisClient(redis.endpoint) { client in
                try await #expect(client.run(Self.script, keys: ["n"], arguments: ["1"]) == .integer(2))
            }
        }
    }

    @Test("A script's own error has its own code")
    func scriptError() async throws {
        let script = RedisScript(name: "refuses", source: Array("return redis.error_reply('FENCED by node_1')".utf8))
        try await withRedisServer { redis in
            try await withRedisClient(redis.endpoint, scripts: [script]) { client in
                await #expect(throws: RedisError.server(code: "FENCED", message: "by node_1")) {
                    try await client.run(script, keys: [], arguments: [])
                }
            }
        }
    }

    // MARK: Redis says "not now"

    @Test(
        "Replies that mean 'not now' say that Redis is not available",
        arguments: ["LOADING", "OOM", "BUSY", "READONLY"])
    func notNow(_ code: String) async throws {
        try await withFakeRedis {
            $0[0] == "SET" ? .text("-\(code) not now\r\n") : nil
        } body: { fake in
            try await withRedisClient(fake.endpoint) { client in
                await #expect(throws: RedisError.unavailable("\(code) not now")) {
                    try await client.send(RedisCommand(["SET", "a", "b"]))
                }
            }
        }
    }

    @Test("A Redis without memory is not available for writes, and still answers reads")
    func outOfMemory() async throws {
        try await withRedisServer { redis in
            try await redis.command("CONFIG", "SET", "maxmemory", "1")
            try await withRedisClient(redis.endpoint) { client in
                let error = await #expect(throws: RedisError.self) {
                    try await client.send(RedisCommand(["SET", "a", "b"]))
                }
                guard case .unavailable(let reason) = error, reason.hasPrefix("OOM ") else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                try await #expect(client.send(.read("GET", "a")) == .null)
            }
        }
    }
}

/// Sends commands in one turn of its loop.
private actor Batch {
    private let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(_ loop: EventLoop) { self.loop = loop }

    func send(_ count: Int, to client: RedisClient) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask(executorPreference: loop) { try await client.send(.read("PING")) }
            }
            try await group.waitForAll()
        }
    }
}
