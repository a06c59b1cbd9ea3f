import Glibc
import RedisStreams

/// Looks at the processes that take part, as far as they can be seen.
struct Observer: Sendable {
    /// On this machine.
    let service: Int32?
    let redis: RedisClient?

    func look() async -> Usage {
        var redisUsage: RedisUsage?
        if let redis {
            let command = RedisCommand(
                ["INFO"] + RedisArguments(RedisUsage.sections.map { RedisArgument($0) }), isResendable: true)
            redisUsage = (try? await redis.send(command))?.string.flatMap { RedisUsage(info: $0) }
        }
        return Usage(
            client: ProcessUsage(of: getpid()), service: service.flatMap { ProcessUsage(of: $0) }, redis: redisUsage)
    }
}

/// What all of them have used up to a moment.
struct Usage: Hashable, Sendable {
    /// This process, which the agents are in.
    var client: ProcessUsage?
    var service: ProcessUsage?
    var redis: RedisUsage?
}

/// What all of them used between two moments; `nil` for what could not be seen.
struct Cost: Hashable, Sendable {
    let client: Duration?
    let service: Duration?
    let redis: Duration?
    let redisCommands: Int?
    let redisScripts: Int?
    let before: Usage
    let after: Usage

    init(_ before: Usage, _ after: Usage) {
        func difference<Value, Amount: AdditiveArithmetic>(
            _ usage: KeyPath<Usage, Value?>, _ amount: KeyPath<Value, Amount>
        ) -> Amount? {
            guard let first = before[keyPath: usage], let last = after[keyPath: usage] else { return nil }
            return last[keyPath: amount] - first[keyPath: amount]
        }
        client = difference(\.client, \.cpu)
        service = difference(\.service, \.cpu)
        redis = difference(\.redis, \.cpu)
        redisCommands = difference(\.redis, \.commands)
        redisScripts = difference(\.redis, \.scripts)
        (self.before, self.after) = (before, after)
    }

    /// Of all that can be seen.
    var total: Duration { [client, service, redis].compactMap(\.self).reduce(.zero, +) }
}
