import JSON
package import Logging
package import RedisStreams
package import Sockets
import WorkflowCore

/// The store on one loop's connection to Redis. Whatever changes more than one key is a script.
package struct RedisStore: WorkflowStore {
    let client: RedisClient
    let keys: Keyspace

    package init(client: RedisClient, keys: Keyspace = Keyspace()) {
        self.client = client
        self.keys = keys
    }

    /// A connection that has the scripts ready.
    package static func client(
        _ endpoint: RedisEndpoint, on loop: EventLoop, options: RedisClient.Options = .init(), logger: Logger
    ) -> RedisClient {
        RedisClient(endpoint, on: loop, scripts: Scripts.all, options: options, logger: logger)
    }

    package func unavailability() async -> String? { await client.unavailability }

    func run(
        _ script: RedisScript, _ arguments: RedisArguments, isResendable: Bool = true
    ) async throws(StoreError) -> RedisValue {
        do throws(RedisError) {
            return try await client.run(
                script, keys: keys.scriptKeys, arguments: arguments, isResendable: isResendable)
        } catch {
            throw StoreError(error)
        }
    }

    func read(_ arguments: RedisArgument...) async throws(StoreError) -> RedisValue {
        do throws(RedisError) {
            return try await client.send(RedisCommand(RedisArguments(arguments), isResendable: true))
        } catch {
            throw StoreError(error)
        }
    }
}

extension StoreError {
    init(_ error: RedisError) {
        switch error {
        case .unavailable(let reason): self = .unavailable("Redis is not available: \(Self.withoutPlace(reason))")
        case .outcomeUnknown: self = .unavailable("Redis did not answer in time")
        case .server: self = .damaged(String(Self.withoutPlace("\(error)")))
        }
    }

    /// What Redis says when a script is refused, without the script and its line that it adds: clients are told it.
    private static func withoutPlace(_ reason: String) -> Substring {
        let text = reason.firstRange(of: " script: ").map { reason[..<$0.lowerBound] } ?? reason[...]
        return text.last == "." ? text.dropLast() : text
    }

    static func unexpected(_ reply: RedisValue, of what: String) -> StoreError {
        .damaged("Redis gave an unexpected reply for \(what)")
    }
}

extension RedisArgument {
    init(_ id: some PlainText) {
        self.init(id.bytes)
    }
}

extension RedisValue {
    var milliseconds: Instant? { integer.map(Instant.init(milliseconds:)) }
}
