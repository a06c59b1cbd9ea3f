package import Logging
package import RedisStreams
package import Sockets
import Synchronization

/// The messages that Redis brings, over a connection of their own.
package actor RedisMessages: MessageSource {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let keys: Keyspace
    private let subscriber: RedisSubscriber
    private nonisolated let ear = Ear()
    /// How many listen to each.
    private var listeners: [Channel: Int] = [:]

    /// Whoever hears, once there is someone.
    private final class Ear: Sendable {
        private let listener = Mutex<Listener?>(nil)

        /// Not the closure itself: each look at it through a generic lock would wrap it once more.
        private struct Listener: Sendable {
            let hear: @Sendable (Heard) -> Void
        }

        func open(_ hear: @escaping @Sendable (Heard) -> Void) { listener.withLock { $0 = Listener(hear: hear) } }

        func hear(_ heard: Heard) { listener.withLock { $0 }?.hear(heard) }
    }

    package init(
        _ endpoint: RedisEndpoint, on loop: EventLoop, keys: Keyspace = Keyspace(),
        options: RedisSubscriber.Options = .init(), logger: Logger
    ) {
        self.loop = loop
        self.keys = keys
        subscriber = RedisSubscriber(endpoint, on: loop, options: options, logger: logger) { [ear] event in
            switch event {
            case .connected: ear.hear(.connected)
            case .message(_, let payload):
                guard let message = NodeMessage(payload) else {
                    // Another version of this program has words of its own.
                    logger.debug("a message was not understood")
                    return
                }
                ear.hear(.message(message))
            }
        }
    }

    package func run(_ hear: @escaping @Sendable (Heard) -> Void) async {
        ear.open(hear)
        await subscriber.run()
    }

    package func listen(to channel: Channel) async throws(StoreError) {
        listeners[channel, default: 0] += 1
        do throws(RedisError) {
            try await subscriber.subscribe(keys.channel(channel))
        } catch {
            throw StoreError(error)
        }
    }

    package func ignore(_ channel: Channel) {
        listeners[channel, default: 1] -= 1
        guard listeners[channel] == 0 else { return }
        listeners[channel] = nil
        // At once, and so in the order of these calls.
        subscriber.assumeIsolated { $0.unsubscribe(keys.channel(channel)) }
    }
}
