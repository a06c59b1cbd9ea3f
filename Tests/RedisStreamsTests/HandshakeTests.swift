import RedisStreams
import Sockets
import TestKit
import Testing

@Suite("Handshake", .timeLimit(.minutes(1)))
struct HandshakeTests {
    @Test("A connection says who it is and which database it wants before anything else")
    func order() async throws {
        try await withFakeRedis { fake in
            var endpoint = fake.endpoint
            (endpoint.user, endpoint.password, endpoint.database) = ("worker", "secret", 3)
            let script = RedisScript(name: "one", source: Array("return 1".utf8))
            try await withRedisClient(endpoint, scripts: [script]) { client in
                try await client.send(.read("PING"))
                let digest = "0123456789012345678901234567890123456789"
                try await #expect(client.run(script, keys: ["k"], arguments: []) == .simple("OK"))
                #expect(
                    fake.commands.events == [
                        ["AUTH", "worker", "secret"], ["SELECT", "3"], ["PING"], ["INFO", "server"],
                        ["SCRIPT", "LOAD", "return 1"], ["PING"], ["EVALSHA", digest, "1", "k"],
                    ])
            }
        }
    }

    @Test("A password alone is sent alone")
    func passwordOnly() async throws {
        try await withFakeRedis { fake in
            var endpoint = fake.endpoint
            endpoint.password = "secret"
            try await withRedisClient(endpoint) { _ in
                #expect(fake.commands.events == [["AUTH", "secret"], ["PING"], ["INFO", "server"]])
            }
        }
    }

    @Test("A user of a real Redis logs in, and one with a wrong password is told so")
    func login() async throws {
        try await withRedisServer { redis in
            try await redis.command("ACL", "SETUSER", "worker", "on", ">secret", "~*", "+@all")
            var endpoint = redis.endpoint
            (endpoint.user, endpoint.password) = ("worker", "secret")
            try await withRedisClient(endpoint) { client in
                try await #expect(client.send(.read("ACL", "WHOAMI")).string == "worker")
            }
            endpoint.password = "wrong"
            try await withRedisClient(endpoint, options: .brief, waitsForConnection: false) { client in
                let error = await #expect(throws: RedisError.self) { try await client.send(.read("PING")) }
                #expect(error?.description.contains("WRONGPASS") == true)
                await #expect(client.unavailability?.contains("WRONGPASS") == true)
            }
        }
    }

    @Test("The database of the endpoint is used")
    func database() async throws {
        try await withRedisServer { redis in
            var endpoint = redis.endpoint
            endpoint.database = 5
            try await withRedisClient(endpoint) { client in
                try await client.send(RedisCommand(["SET", "a", "b"]))
                try await #expect(redis.command("INFO", "keyspace").string?.contains("db5:keys=1") == true)
            }
        }
    }

    @Test("An old Redis is refused, and so is what does not say what it is", arguments: ["7.0.4", "6.2.14", "7", ""])
    func oldVersion(_ version: String) async throws {
        let info = version.isEmpty ? FakeRedis.bulk("# Server\r\n") : FakeRedis.info(version: version)
        try await expectRefusal(version.isEmpty ? "which version" : "\(version) is too old") {
            $0[0] == "INFO" ? .text(info) : nil
        }
    }

    @Test("Every version from 7.0.5 on is taken", arguments: ["7.0.5", "7.0.15", "7.2.0", "8.0.1", "255.255.255"])
    func newVersion(_ version: String) async throws {
        try await withFakeRedis {
            $0[0] == "INFO" ? .text(FakeRedis.info(version: version)) : nil
        } body: { fake in
            try await withRedisClient(fake.endpoint) { #expect(await $0.unavailability == nil) }
        }
    }

    @Test("A server that speaks something else is refused")
    func otherProtocol() async throws {
        try await expectRefusal("does not speak Redis's protocol") { _ in .text("HTTP/1.1 400 Bad Request\r\n\r\n") }
    }

    @Test("A Redis that loads its data is waited for")
    func loading() async throws {
        let attempts = EventLog<Bool>()
        try await withFakeRedis { command in
            guard command[0] == "PING" else { return nil }
            attempts.record(true)
            return attempts.count < 3 ? .text("-LOADING Redis is loading the dataset in memory\r\n") : nil
        } body: { fake in
            try await withRedisClient(fake.endpoint) { client in
                try await #expect(client.send(.read("GET", "a")) == .simple("OK"))
                #expect(attempts.count == 3)
            }
        }
    }

    @Test("A script that Redis cannot read is named")
    func brokenScript() async throws {
        try await withRedisServer { redis in
            let script = RedisScript(name: "broken", source: Array("retrun 1".utf8))
            try await withRedisClient(
                redis.endpoint, scripts: [script], options: .brief, waitsForConnection: false
            ) { client in
                let error = await #expect(throws: RedisError.self) { try await client.send(.read("PING")) }
                #expect(error?.description.contains("the script broken cannot be loaded") == true)
            }
        }
    }

    @Test("A server that trickles bytes does not hold up the handshake for ever")
    func trickle() async throws {
        var options = RedisClient.Options.brief
        options.connectTimeout = .milliseconds(100)
        try await withFakeRedis { fake in
            try await withServer(on: fake.loop) { stream in
                fake.connections.record(true)
                while (try? await stream.write(Array("$".utf8))) != nil {
                    await fake.loop.pause(for: .milliseconds(30))
                }
            } body: { address in
                try await withRedisClient(RedisEndpoint(address), options: options, waitsForConnection: false) { _ in
                    try await fake.connections.wait(forCount: 2)
                }
            }
        }
    }

    private func expectRefusal(
        _ reason: String, _ answer: @escaping @Sendable ([String]) -> FakeRedis.Answer?
    ) async throws {
        try await withFakeRedis(answer) { fake in
            try await withRedisClient(fake.endpoint, options: .brief, waitsForConnection: false) { client in
                let error = await #expect(throws: RedisError.self) { try await client.send(.read("PING")) }
                guard case .unavailable(let text) = error, text.contains(reason) else {
                    Issue.record("\(String(describing: error))")
                    return
                }
            }
        }
    }
}

extension RedisClient.Options {
    /// For commands that are to reach their deadline.
    static var brief: Self {
        var options = Self()
        options.deadline = .milliseconds(300)
        return options
    }
}
