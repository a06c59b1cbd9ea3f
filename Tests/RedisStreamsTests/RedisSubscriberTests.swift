import RedisStreams
import Sockets
import TestKit
import Testing

@Suite("Redis subscriber", .timeLimit(.minutes(1)))
struct RedisSubscriberTests {
    // MARK: Messages

    @Test("Messages are heard in the order in which they were published, on the loop")
    func order() async throws {
        try await withRedisServer { redis in
            let loop = try EventLoop(name: "hears")
            let onLoop = EventLog<Bool>()
            let heard = EventLog<RedisSubscriber.Event>()
            let subscriber = RedisSubscriber(redis.endpoint, on: loop, logger: .quiet) {
                onLoop.record(loop.isCurrent)
                heard.record($0)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await subscriber.run() }
                defer { group.cancelAll() }
                for channel in ["even", "odd"] { try await subscriber.subscribe(channel) }
                for number in 0..<200 {
                    try await redis.command(
                        "SPUBLISH", number.isMultiple(of: 2) ? "even" : "odd", RedisArgument(number))
                }
                let events = try await heard.wait(forCount: 201)
                let messages: [RedisSubscriber.Event] = (0..<200).map {
                    .message($0.isMultiple(of: 2) ? "even" : "odd", "\($0)")
                }
                #expect(events == [.connected] + messages)
                #expect(onLoop.events.allSatisfy { $0 })
            }
        }
    }

    @Test("Once a channel is subscribed, whatever is published is heard")
    func confirmed() async throws {
        try await withRedisServer { redis in
            try await withSubscriber(redis.endpoint) { subscriber, _ in
                for number in 0..<50 {
                    try await subscriber.subscribe("c\(number)")
                    try await #expect(redis.publish("m", on: "c\(number)") == 1)
                }
            }
        }
    }

    @Test("What a script publishes is heard")
    func script() async throws {
        try await withRedisServer { redis in
            try await withSubscriber(redis.endpoint) { subscriber, heard in
                try await subscriber.subscribe("{p0}:node")
                try await redis.command(
                    "EVAL", "redis.call('SPUBLISH', KEYS[1], ARGV[1])", "1", "{p0}:node", "from a script")
                try await heard.wait { $0.last == .message("{p0}:node", "from a script") }
            }
        }
    }

    @Test("Payloads are any bytes: none, ends of lines, megabytes")
    func payloads() async throws {
        let large = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await withRedisServer { redis in
            try await withSubscriber(redis.endpoint) { subscriber, heard in
                try await subscriber.subscribe("a")
                let payloads = [[], large, Array("\r\n$-1\r\n".utf8), [0xFF, 0x00]]
                for payload in payloads { try await redis.command("SPUBLISH", "a", RedisArgument(payload)) }
                let events = try await heard.wait(forCount: 5)
                let isWhole = events.dropFirst() == payloads.map { .message(channel: "a", payload: $0) }[...]
                #expect(isWhole)
            }
        }
    }

    @Test("A message is heard once, however often its channel was subscribed")
    func twice() async throws {
        try await withRedisServer { redis in
            try await withSubscriber(redis.endpoint) { subscriber, heard in
                async let first: Void = subscriber.subscribe("a")
                async let second: Void = subscriber.subscribe("a")
                _ = try await (first, second)
                for text in ["1", "2"] { try await redis.publish(text, on: "a") }
                try await #expect(heard.wait(forCount: 3) == [.connected, .message("a", "1"), .message("a", "2")])
            }
        }
    }

    @Test("An unsubscribed channel is silent at once, and after a reconnect")
    func unsubscribed() async throws {
        try await withRedisServer { redis in
            try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
                try await withSubscriber(RedisEndpoint(address), options: .patient) { subscriber, heard in
                    for channel in ["a", "b"] { try await subscriber.subscribe(channel) }
                    // What is on its way while it is unsubscribed is not heard any more.
                    await proxy.set(.toClient, .hold)
                    try await redis.publish("late", on: "a")
                    await subscriber.unsubscribe("a")
                    try await eventually { try await redis.publish("later", on: "a") == 0 }
                    try await redis.publish("1", on: "b")
                    await proxy.set(.toClient, .pass)
                    try await heard.wait(forCount: 2)
                    await proxy.cut()
                    try await heard.wait(forCount: 3)
                    try await #expect(redis.publish("latest", on: "a") == 0)
                    try await redis.publish("2", on: "b")
                    let expected: [RedisSubscriber.Event] = [
                        .connected, .message("b", "1"), .connected, .message("b", "2"),
                    ]
                    try await #expect(heard.wait(forCount: 4) == expected)
                }
            }
        }
    }

    @Test("A channel that is subscribed again while it is unsubscribed is heard")
    func again() async throws {
        try await withRedisServer { redis in
            try await withSubscriber(redis.endpoint) { subscriber, _ in
                for _ in 0..<50 {
                    try await subscriber.subscribe("a")
                    await subscriber.unsubscribe("a")
                }
                try await subscriber.subscribe("a")
                try await #expect(redis.publish("m", on: "a") == 1)
            }
        }
    }

    @Test("Ten thousand channels are subscribed, heard, subscribed again after a reconnect, and unsubscribed")
    func manyChannels() async throws {
        let channels = (0..<10_000).map { "channel:\($0)" }
        try await withRedisServer { redis in
            try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
                let loop = try EventLoop(name: "many")
                try await withSubscriber(RedisEndpoint(address), on: loop, options: .patient) { subscriber, heard in
                    func subscribed() async throws -> Int? {
                        try await redis.command("PUBSUB", "SHARDCHANNELS").array?.count
                    }
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for channel in channels {
                            group.addTask(executorPreference: loop) { try await subscriber.subscribe(channel) }
                        }
                        try await group.waitForAll()
                    }
                    try await #expect(subscribed() == 10_000)
                    let publish = "for n = 0, 9999 do redis.call('SPUBLISH', 'channel:' .. n, 'channel:' .. n) end"
                    try await redis.command("EVAL", RedisArgument(publish), "0")
                    try await heard.wait(forCount: 10_001)
                    #expect(Array(heard.events.dropFirst()) == channels.map { .message($0, $0) })
                    await proxy.cut()
                    try await heard.wait(forCount: 10_002)
                    try await #expect(subscribed() == 10_000)
                    for channel in channels { await subscriber.unsubscribe(channel) }
                    try await eventually { try await subscribed() == 0 }
                }
            }
        }
    }

    // MARK: Connections that break

    @Test("After a kill and a restart all is subscribed again, and only then is it told")
    func killAndRestart() async throws {
        try await withRedisServer { redis in
            try await withSubscriber(redis.endpoint) { subscriber, heard in
                for number in 0..<500 { try await subscriber.subscribe("c\(number)") }
                try await redis.restart()
                try await heard.wait { $0 == [.connected, .connected] }
                try await #expect(redis.command("PUBSUB", "SHARDCHANNELS").array?.count == 500)
                try await redis.publish("m", on: "c499")
                try await heard.wait { $0.last == .message("c499", "m") }
            }
        }
    }

    @Test("A connection is told of when Redis has confirmed all that is wanted, and not before")
    func connectedIsLast() async throws {
        let steps = EventLog<String>()
        try await withFakeRedis { command in
            guard command[0] == "SSUBSCRIBE" else { return FakeRedis.confirm(command) }
            steps.record(command[1])
            return FakeRedis.confirm(command)
        } body: { fake in
            let loop = try EventLoop(name: "order")
            let subscriber = RedisSubscriber(fake.endpoint, on: loop, logger: .quiet) { steps.record("\($0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for channel in ["a", "b"] { group.addTask { try await subscriber.subscribe(channel) } }
                try await eventually { await subscriber.subscriptionsWaiting == 2 }
                group.addTask { await subscriber.run() }
                defer { group.cancelAll() }
                let order = try await steps.wait(forCount: 3)
                #expect(Set(order.prefix(2)) == ["a", "b"])
                #expect(order.dropFirst(2) == ["connected"])
            }
        }
    }

    @Test("Without a connection a subscription is not available at its deadline, and is made when there is one")
    func down() async throws {
        try await withLossyProxyBeforeRedis(options: .brief) { redis, proxy, subscriber, heard in
            try await heard.wait(forCount: 1)
            await proxy.refuse(true)
            await proxy.cut()
            let start = ContinuousClock.now
            let error = await subscriber.refusal(of: "a")
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            await proxy.refuse(false)
            try await heard.wait(forCount: 2)
            try await eventually { try await redis.publish("m", on: "a") == 1 }
        }
    }

    @Test("Why there is no connection is told to who subscribes")
    func reason() async throws {
        let nowhere = RedisEndpoint(.unix(path: "/nowhere/at/all"))
        try await withSubscriber(nowhere, options: .brief) { subscriber, heard in
            let reason = RedisError.unavailable("connect: No such file or directory")
            try await eventually { await subscriber.refusal(of: "a") == reason }
            #expect(heard.count == 0)
        }
    }

    @Test("A user who may not hear a channel is told so")
    func refused() async throws {
        try await withRedisServer { redis in
            try await redis.command("ACL", "SETUSER", "worker", "on", ">secret", "~*", "+@all", "&allowed")
            var endpoint = redis.endpoint
            (endpoint.user, endpoint.password) = ("worker", "secret")
            try await withSubscriber(endpoint, options: .brief) { subscriber, _ in
                try await eventually {
                    await subscriber.refusal(of: "other")?.description.contains("NOPERM") == true
                }
                await subscriber.unsubscribe("other")
                try await eventually { await subscriber.refusal(of: "allowed") == nil }
                try await eventually { try await redis.publish("m", on: "allowed") == 1 }
            }
        }
    }

    // MARK: Silence

    @Test("A connection that falls silent is noticed")
    func silent() async throws {
        try await withLossyProxyBeforeRedis(options: .brief) { redis, proxy, subscriber, heard in
            try await eventually { await subscriber.refusal(of: "a") == nil }
            await proxy.set(.toClient, .drop)
            let (connections, heardBefore) = (proxy.accepted.count, heard.count)
            try await proxy.accepted.wait(forCount: connections + 1)
            await proxy.set(.toClient, .pass)
            try await heard.wait(forCount: heardBefore + 1)
            try await eventually { try await redis.publish("m", on: "a") == 1 }
        }
    }

    @Test("A connection on which nothing is published is kept", arguments: [[], ["a"]])
    func idle(_ channels: [String]) async throws {
        var options = RedisSubscriber.Options.patient
        options.pingInterval = .milliseconds(5)
        try await withLossyProxyBeforeRedis(options: options) { redis, proxy, subscriber, heard in
            for channel in channels { try await subscriber.subscribe(channel) }
            try await eventually {
                let statistics = try await redis.command("INFO", "commandstats").string ?? ""
                let pings = statistics.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_ping:calls=") }
                return pings?.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0 > 30
            }
            #expect(heard.events == [.connected])
            #expect(proxy.accepted.count == 1)
        }
    }

    // MARK: Replies that are not as they should be

    @Test(
        "After a reply that is not as it should be the connection is not trusted any more",
        arguments: [
            "?!\r\n", "+OK\r\n", ":1\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n", "-ERR no\r\n", "*1\r\n*1\r\n*0\r\n",
            "*3\r\n$8\r\nsmessage\r\n$-1\r\n$1\r\nm\r\n", "*3\r\n$8\r\nsmessage\r\n$1\r\na\r\n*0\r\n",
            "*2\r\n$8\r\nsmessage\r\n$1\r\na\r\n", FakeRedis.confirmation("sunsubscribe", of: "a"),
            FakeRedis.confirmation("ssubscribe", of: "b"), FakeRedis.confirmation("ssubscribe", of: "a") + "+PONG\r\n",
            FakeRedis.confirmation("ssubscribe", of: "a") + FakeRedis.confirmation("sunsubscribe", of: "a"),
        ])
    func garbled(_ reply: String) async throws {
        let asked = EventLog<Bool>()
        try await withFakeRedis { command in
            guard command[0] == "SSUBSCRIBE" else { return FakeRedis.confirm(command) }
            asked.record(true)
            return asked.count == 1 ? .text(reply) : FakeRedis.confirm(command)
        } body: { fake in
            try await withSubscriber(fake.endpoint, options: .patient) { subscriber, heard in
                try await heard.wait(forCount: 1)
                try await subscriber.subscribe("a")
                try await heard.wait(forCount: 2)
                #expect(heard.events == [.connected, .connected])
                #expect(fake.connections.count == 2)
            }
        }
    }

    @Test("Wherever a connection is cut off, what is heard is whole, and what was subscribed is subscribed again")
    func cut() async throws {
        try await withLossyProxyBeforeRedis(options: .patient) { redis, proxy, subscriber, heard in
            try await subscriber.subscribe("a")
            for place in 0..<40 {
                let connections = heard.events.count { $0 == .connected }
                await proxy.set(.toClient, .cut(after: place))
                try await redis.publish("a message", on: "a")
                try await heard.wait { $0.count { $0 == .connected } > connections }
                try await #expect(redis.publish("the next", on: "a") == 1)
            }
            let messages = Set(heard.events).subtracting([.connected])
            #expect(messages.isSubset(of: [.message("a", "a message"), .message("a", "the next")]))
        }
    }

    // MARK: Stopping

    @Test("A subscriber that stops ends its connection and whoever waits, and refuses who comes later")
    func stopping() async throws {
        try await withRedisServer { redis in
            let subscriber = RedisSubscriber(redis.endpoint, on: try EventLoop(name: "stops"), logger: .quiet) { _ in }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await subscriber.run() }
                try? await subscriber.subscribe("a")
                await redis.pause()
                async let waiting = subscriber.refusal(of: "b")
                try? await eventually { await subscriber.subscriptionsWaiting == 1 }
                group.cancelAll()
                await #expect(waiting == .unavailable("this node is stopping"))
                await group.waitForAll()
            }
            await redis.resume()
            try await eventually { try await redis.publish("m", on: "a") == 0 }
            await #expect(subscriber.refusal(of: "c") == .unavailable("this node is stopping"))
        }
    }
}
