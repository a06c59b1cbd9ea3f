import RedisStreams
import Sockets
import TestKit
import Testing

@Suite("Outages", .timeLimit(.minutes(1)))
struct OutageTests {
    private static let increment = RedisCommand(["INCR", "n"])

    // MARK: Connections that break

    @Test("After a kill and a restart commands that may be sent again are, and the others are unknown")
    func killAndRestart() async throws {
        try await withRedisServer(appendOnly: true) { redis in
            try await redis.command("SET", "a", "1")
            try await withRedisClient(redis.endpoint) { client in
                await redis.pause()
                async let resendable = client.outcome(of: .read("GET", "a"))
                async let other = client.outcome(of: Self.increment)
                try await eventually { await client.commandsInFlight == 2 }
                await redis.kill()
                await #expect(other == .failure(.outcomeUnknown))
                // While there is no Redis, commands wait for one.
                async let late = client.outcome(of: Self.increment)
                try await eventually { await client.commandsWaiting == 2 }
                try await redis.restart()
                await #expect(resendable == .success(.bulk([0x31])))
                await #expect(late == .success(.integer(1)))
            }
        }
    }

    @Test("A command whose reply is lost was run: it is said to be unknown, not undone")
    func lostReply() async throws {
        try await withRedisServer { redis in
            try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
                try await withRedisClient(RedisEndpoint(address)) { client in
                    await proxy.set(.toClient, .drop)
                    async let outcome = client.outcome(of: Self.increment)
                    try await eventually { try await redis.command("GET", "n").integer == 1 }
                    await proxy.cut()
                    await #expect(outcome == .failure(.outcomeUnknown))
                    await proxy.set(.toClient, .pass)
                    try await #expect(client.send(Self.increment) == .integer(2))
                }
            }
        }
    }

    @Test("Commands that are sent again keep their order, before those that waited")
    func order() async throws {
        try await withRedisServer { redis in
            try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
                let loop = try EventLoop(name: "order")
                try await withRedisClient(RedisEndpoint(address), on: loop) { client in
                    await proxy.set(.toServer, .drop)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<20 {
                            let push = RedisCommand(["RPUSH", "l", RedisArgument(number)], isResendable: true)
                            group.addTask { try await client.send(push) }
                            try await eventually {
                                await client.commandsInFlight + client.commandsWaiting == number + 1
                            }
                            if number == 9 {
                                await proxy.refuse(true)
                                await proxy.cut()
                                try await eventually { await client.unavailability != nil }
                            }
                        }
                        await proxy.set(.toServer, .pass)
                        await proxy.refuse(false)
                        try await group.waitForAll()
                    }
                    let list = try await redis.command("LRANGE", "l", "0", "-1").array?.map(\.integer)
                    #expect(list == (0..<20).map { Int64($0) })
                }
            }
        }
    }

    @Test("Wherever replies are cut off, each caller gets his own or none")
    func cutReplies() async throws {
        try await withRedisServer { redis in
            for number in 0..<5 { try await redis.command("SET", RedisArgument(number), RedisArgument(number * 1111)) }
            try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
                try await withRedisClient(RedisEndpoint(address)) { client in
                    for cut in 0...45 {
                        await client.waitUntilConnected()
                        await proxy.set(.toClient, .cut(after: cut))
                        let answers = await withTaskGroup(of: (Int, Result<RedisValue, RedisError>).self) { group in
                            for number in 0..<5 {
                                let get = RedisCommand(["GET", RedisArgument(number)], isResendable: number != 2)
                                group.addTask { (number, await client.outcome(of: get)) }
                            }
                            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                        }
                        for (number, answer) in answers {
                            let isLost = number == 2 && answer == .failure(.outcomeUnknown)
                            #expect(isLost || answer.value?.integer == Int64(number * 1111), "\(number) after \(cut)")
                        }
                        await proxy.set(.toClient, .pass)
                    }
                }
            }
        }
    }

    @Test("After a reply that nobody asked for the connection is not trusted any more")
    func unasked() async throws {
        try await withFakeRedis { command in
            switch command {
            case ["GET", "twice"]: .text("$5\r\ntwice\r\n$5\r\ntwice\r\n")
            case ["GET", "once"]: .text("$4\r\nonce\r\n")
            default: nil
            }
        } body: { fake in
            try await withRedisClient(fake.endpoint) { client in
                try await #expect(client.send(.read("GET", "twice")).string == "twice")
                try await fake.connections.wait(forCount: 2)
                try await #expect(client.send(.read("GET", "once")).string == "once")
            }
        }
    }

    // MARK: Deadlines

    @Test("A command to a Redis that stands still is unknown at its deadline, and the next ones find a new connection")
    func paused() async throws {
        try await withRedisServer { redis in
            try await withRedisClient(redis.endpoint, options: .brief) { client in
                await redis.pause()
                let start = ContinuousClock.now
                await #expect(client.outcome(of: Self.increment) == .failure(.outcomeUnknown))
                #expect(ContinuousClock.now - start >= .milliseconds(300))
                await #expect(client.unavailability != nil)
                await redis.resume()
                await client.waitUntilConnected()
                try await #expect(client.send(.read("PING")) == .simple("PONG"))
            }
        }
    }

    @Test("Without a Redis a command is not available at its deadline, and was not run")
    func down() async throws {
        let nowhere = RedisEndpoint(.unix(path: "/nowhere/at/all"))
        try await withRedisClient(nowhere, options: .brief, waitsForConnection: false) { client in
            let start = ContinuousClock.now
            let outcome = await client.outcome(of: Self.increment)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            guard case .failure(.unavailable(let reason)) = outcome, reason.contains("No such file") else {
                Issue.record("\(outcome)")
                return
            }
        }
    }

    @Test("A command that was sent, and could not be sent again by its deadline, is unknown")
    func sentBeforeTheOutage() async throws {
        try await withRedisServer { redis in
            var options = RedisClient.Options()
            options.deadline = .seconds(1)
            try await withRedisClient(redis.endpoint, options: options) { client in
                await redis.pause()
                async let outcome = client.outcome(of: .read("GET", "a"))
                try await eventually { await client.commandsInFlight == 1 }
                await redis.kill()
                try await eventually { await client.commandsWaiting == 1 }
                await #expect(outcome == .failure(.outcomeUnknown))
            }
        }
    }

    @Test("A Redis that is slow, but answers, keeps its connection; late replies reach nobody else")
    func slow() async throws {
        try await withFakeRedis { command in
            command[0] == "ECHO" ? .later(.milliseconds(40), FakeRedis.bulk(command[1])) : nil
        } body: { fake in
            try await withRedisClient(fake.endpoint, options: .brief) { client in
                let answers = await withTaskGroup(of: (Int, Result<RedisValue, RedisError>).self) { group in
                    for number in 0..<20 {
                        group.addTask { (number, await client.outcome(of: .read("ECHO", RedisArgument(number)))) }
                    }
                    return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
                }
                #expect(answers.values.contains { $0 == .failure(.outcomeUnknown) })
                for (number, answer) in answers where answer != .failure(.outcomeUnknown) {
                    #expect(answer.value?.integer == Int64(number))
                }
                try await eventually { await client.commandsInFlight == 0 }
                try await #expect(client.send(.read("ECHO", "99")).integer == 99)
                #expect(fake.connections.count == 1)
            }
        }
    }

    @Test("What was sent after a command that is never answered is sent again, if it may be")
    func behindTheOldest() async throws {
        let asked = EventLog<Bool>()
        try await withFakeRedis { command in
            guard command[0] == "BLOCK" else { return nil }
            asked.record(true)
            return asked.count <= 2 ? .silence : .text("+OK\r\n")
        } body: { fake in
            var options = RedisClient.Options()
            options.deadline = .seconds(1)
            try await withRedisClient(fake.endpoint, options: options) { client in
                async let blocked = client.outcome(of: RedisCommand(["BLOCK"]))
                try await asked.wait(forCount: 1)
                await client.loop.pause(for: .milliseconds(200))
                async let late = client.outcome(of: RedisCommand(["BLOCK"], isResendable: true))
                #expect(await blocked == .failure(.outcomeUnknown))
                #expect(await late == .success(.simple("OK")))
                #expect(fake.connections.count == 2)
            }
        }
    }

    // MARK: Stopping

    @Test("When the client stops, what it sent is unknown, what waits was not run, and later commands are refused")
    func stopping() async throws {
        try await withRedisServer { redis in
            let client = RedisClient(redis.endpoint, on: try EventLoop(name: "stops"), logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                await client.waitUntilConnected()
                await redis.pause()
                async let sent = client.outcome(of: .read("GET", "a"))
                try await eventually { await client.commandsInFlight == 1 }
                group.cancelAll()
                await #expect(sent == .failure(.outcomeUnknown))
                try await group.waitForAll()
            }
            await #expect(client.outcome(of: .read("GET", "a")) == .failure(.unavailable("this node is stopping")))
            await client.waitUntilConnected()
        }
    }

    @Test("A client that never connected fails what waits when it stops, and lets go who waits for the connection")
    func stoppingUnconnected() async throws {
        let nowhere = RedisEndpoint(.unix(path: "/nowhere/at/all"))
        let client = RedisClient(nowhere, on: try EventLoop(name: "stops"), logger: .quiet)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            group.addTask { await client.waitUntilConnected() }
            async let waiting = client.outcome(of: Self.increment)
            try? await eventually { await client.commandsWaiting == 1 }
            group.cancelAll()
            await #expect(waiting == .failure(.unavailable("this node is stopping")))
        }
    }

    @Test("A client stops while commands keep coming")
    func stoppingUnderLoad() async throws {
        try await withRedisServer { redis in
            let loop = try EventLoop(name: "load")
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await withRedisClient(redis.endpoint, on: loop) { client in
                    for _ in 0..<50 {
                        group.addTask(executorPreference: loop) {
                            while (try? await client.send(.read("PING"))) != nil {}
                        }
                    }
                    try await eventually {
                        try await redis.command("INFO", "commandstats").string?.contains("ping") == true
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

extension RedisClient {
    fileprivate func outcome(of command: RedisCommand) async -> Result<RedisValue, RedisError> {
        do throws(RedisError) {
            return .success(try await send(command))
        } catch {
            return .failure(error)
        }
    }
}

extension Result {
    fileprivate var value: Success? { try? get() }
}
