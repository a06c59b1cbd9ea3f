import RedisStreams
import Sockets
import TestKit

/// A subscriber that runs for as long as the body does, and what it hears.
func withSubscriber(
    _ endpoint: RedisEndpoint, on loop: EventLoop? = nil, options: RedisSubscriber.Options = .init(),
    _ body: (RedisSubscriber, EventLog<RedisSubscriber.Event>) async throws -> Void
) async throws {
    let heard = EventLog<RedisSubscriber.Event>()
    let subscriber = RedisSubscriber(
        endpoint, on: try loop ?? EventLoop(name: "subscriber"), options: options, logger: .quiet
    ) { heard.record($0) }
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await subscriber.run() }
        defer { group.cancelAll() }
        try await body(subscriber, heard)
    }
}

func withLossyProxyBeforeRedis(
    options: RedisSubscriber.Options,
    _ body: (RedisServer, LossyProxy, RedisSubscriber, EventLog<RedisSubscriber.Event>) async throws -> Void
) async throws {
    try await withRedisServer { redis in
        try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
            try await withSubscriber(RedisEndpoint(address), options: options) { subscriber, heard in
                try await body(redis, proxy, subscriber, heard)
            }
        }
    }
}

extension RedisSubscriber {
    /// Why the channel could not be subscribed; `nil` if it was.
    func refusal(of channel: String) async -> RedisError? {
        do throws(RedisError) {
            try await subscribe(channel)
            return nil
        } catch {
            return error
        }
    }
}

extension RedisServer {
    /// How many heard it.
    @discardableResult
    func publish(_ text: String, on channel: String) async throws -> Int64? {
        try await command("SPUBLISH", RedisArgument(channel), RedisArgument(text)).integer
    }
}

extension RedisSubscriber.Options {
    /// For what is to reach its deadline.
    static var brief: Self {
        var options = Self()
        (options.pingInterval, options.deadline) = (.milliseconds(50), .milliseconds(300))
        options.connectTimeout = .milliseconds(300)
        return options
    }

    /// For what is not, even on a busy machine.
    static var patient: Self {
        var options = Self()
        options.deadline = .seconds(30)
        return options
    }
}

extension RedisSubscriber.Event {
    static func message(_ channel: String, _ text: String) -> Self {
        .message(channel: channel, payload: Array(text.utf8))
    }
}

extension FakeRedis {
    static func confirmation(_ kind: String, of channel: String) -> String {
        "*3\r\n" + bulk(kind) + bulk(channel) + ":1\r\n"
    }

    /// What a Redis answers to who subscribes.
    static func confirm(_ command: [String]) -> Answer? {
        switch command[0] {
        case "SSUBSCRIBE", "SUNSUBSCRIBE": .text(confirmation(command[0].lowercased(), of: command[1]))
        case "PING": .text("+PONG\r\n")
        default: nil
        }
    }
}
