import DequeModule
package import Logging
package import Sockets

/// A connection of its own that hears sharded channels (redis.io/docs/manual/pubsub, "Sharded Pub/Sub").
///
/// It connects by itself, again and again, and subscribes each time what is wanted. Redis keeps no message for who is
/// not there: what was published without a connection is lost, and `Event.connected` says that this may have happened.
/// Channels do not belong to the endpoint's database: whoever uses the same Redis hears and publishes on the same ones.
package actor RedisSubscriber {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let endpoint: RedisEndpoint
    private let options: Options
    private let logger: Logger
    private let hear: @Sendable (Event) -> Void

    private var stream: SocketStream?
    private var wanted: Set<String> = []
    /// Sent and not answered. Redis answers in this order, with messages in between.
    private var inFlight = Deque<Sent>()
    /// Who waits to be subscribed, by number.
    private var waiters: [Int: Waiter] = [:]
    private var nextWaiter = 0
    private var policy = ReconnectPolicy()
    /// `nil` while there is a connection that was told of.
    private var whyNotConnected: RedisError? = .unavailable("not connected yet")
    /// What was logged of it.
    private var whyWarned: RedisError?
    private var isStopped = false

    package enum Event: Hashable, Sendable {
        /// All that is wanted is subscribed, on a new connection: what was published before may have been missed.
        case connected
        case message(channel: String, payload: [UInt8])
    }

    package struct Options: Sendable {
        /// So long after the last sign of life a PING asks for one.
        package var pingInterval = Duration.seconds(1)
        /// How long the answer may take, before the connection is given up; and a subscription with its connection.
        package var deadline = Duration.seconds(2)
        package var connectTimeout = Duration.seconds(2)

        package init() {}
    }

    private struct Waiter {
        let continuation: CheckedContinuation<Result<Void, RedisError>, Never>
        let expiry: LoopTimer

        func end(_ outcome: Result<Void, RedisError>) {
            expiry.cancel()
            continuation.resume(returning: outcome)
        }
    }

    private enum Sent {
        case subscribe(String, waiter: Int?)
        case unsubscribe(String)
        case ping
        /// The PING after the first subscriptions: once it is answered, these waiters are subscribed.
        case opening(waiters: [Int])
    }

    /// `hear` is called on the loop, in the order in which Redis tells of things.
    package init(
        _ endpoint: RedisEndpoint, on loop: EventLoop, options: Options = Options(), logger: Logger,
        hear: @escaping @Sendable (Event) -> Void
    ) {
        self.endpoint = endpoint
        self.loop = loop
        self.options = options
        self.logger = logger
        self.hear = hear
    }

    // MARK: Channels

    /// Returns once Redis has confirmed: whatever is published from then on is heard. Throws `RedisError.unavailable`
    /// if that does not come within the deadline. The channel is wanted either way, until `unsubscribe`.
    package func subscribe(_ channel: String) async throws(RedisError) {
        let outcome: Result<Void, RedisError> = await withCheckedContinuation { continuation in
            // In here and not before it: a task may be suspended on its way into the wait.
            if isStopped { return continuation.resume(returning: .failure(Self.stopping)) }
            let number = nextWaiter
            nextWaiter += 1
            let expiry = loop.schedule(after: options.deadline) { [weak self] in
                self?.assumeIsolated { $0.expire(number) }
            }
            waiters[number] = Waiter(continuation: continuation, expiry: expiry)
            wanted.insert(channel)
            send(["SSUBSCRIBE", RedisArgument(channel)], .subscribe(channel, waiter: number))
        }
        try outcome.get()
    }

    /// Nothing is heard of the channel any more.
    package func unsubscribe(_ channel: String) {
        guard wanted.remove(channel) != nil else { return }
        send(["SUNSUBSCRIBE", RedisArgument(channel)], .unsubscribe(channel))
    }

    /// How many wait to be subscribed.
    package var subscriptionsWaiting: Int { waiters.count }

    private func expire(_ number: Int) {
        let reason = whyNotConnected ?? .unavailable("no reply within \(options.deadline)")
        waiters.removeValue(forKey: number)?.end(.failure(reason))
    }

    /// Without a connection there is nothing to do: the next one begins with all that is wanted.
    private func send(_ command: RedisArguments, _ sent: Sent) {
        guard let stream else { return }
        let isSent: Bool = stream.assumeIsolated { stream in
            (try? stream.enqueue(RedisCommand(command).wireFormat)) != nil
        }
        if isSent { inFlight.append(sent) }
    }

    // MARK: The connection's life

    /// Keeps a connection until the task is cancelled.
    package func run() async {
        await loop.run { await keepConnected() }
    }

    private func keepConnected() async {
        while !Task.isCancelled {
            do throws(RedisError) {
                let connection = try await RedisConnection.open(endpoint, on: loop, timeout: options.connectTimeout)
                begin(connection.stream)
                try await listen(to: connection)
            } catch {
                disconnect(error)
            }
            await loop.pause(for: policy.nextDelay())
        }
        isStopped = true
        for waiter in waiters.values { waiter.end(.failure(Self.stopping)) }
        waiters = [:]
    }

    private static let stopping = RedisError.unavailable("this node is stopping")

    private func begin(_ stream: SocketStream) {
        self.stream = stream
        for channel in wanted { send(["SSUBSCRIBE", RedisArgument(channel)], .subscribe(channel, waiter: nil)) }
        send(["PING"], .opening(waiters: waiters.keys.sorted()))
    }

    /// Only what comes counts as a sign of life: a connection whose other end is gone takes bytes for a long time.
    private func listen(to connection: RedisConnection) async throws(RedisError) {
        while true {
            if try await !connection.receive(timeout: options.pingInterval) { try await ping(connection) }
            while let reply = try connection.nextReply() { try take(reply) }
        }
    }

    private func ping(_ connection: RedisConnection) async throws(RedisError) {
        send(["PING"], .ping)
        // In two parts: when this process stood still, the part that it was in is over before the PING has left.
        for _ in 0..<2 {
            if try await connection.receive(timeout: options.deadline / 2) { return }
        }
        throw .unavailable("no reply within \(options.deadline)")
    }

    private func disconnect(_ reason: RedisError) {
        // A Redis that is just starting is no news; one that was there, or does not come, is.
        if stream != nil || policy.isLasting, reason != whyWarned, !Task.isCancelled {
            logger.warning(
                "no connection to Redis for messages", metadata: ["redis": "\(endpoint)", "reason": "\(reason)"])
            whyWarned = reason
        }
        whyNotConnected = reason
        stream?.assumeIsolated { $0.close() }
        stream = nil
        inFlight = []
    }

    // MARK: Replies

    private static let message = RedisValue.bulk(Array("smessage".utf8))
    private static let subscribed = RedisValue.bulk(Array("ssubscribe".utf8))
    private static let unsubscribed = RedisValue.bulk(Array("sunsubscribe".utf8))
    private static let pong = RedisValue.array([.bulk(Array("pong".utf8)), .bulk([])])

    private func take(_ reply: RedisValue) throws(RedisError) {
        switch reply {
        case .array(let parts) where parts.count == 3 && parts[0] == Self.message:
            guard let channel = parts[1].string, let payload = parts[2].bytes else { throw Self.unasked }
            // One that was on its way when the channel was unsubscribed is not wanted any more.
            if wanted.contains(channel) { hear(.message(channel: channel, payload: payload)) }
        case .error(let code, let message): throw .unavailable("\(code) \(message)")
        default:
            guard let sent = inFlight.popFirst() else { throw Self.unasked }
            try confirm(sent, with: reply)
        }
    }

    /// A connection on which something was refused, or a channel was lost because its slot has moved, is given up, so
    /// that a connection has all that is wanted.
    private func confirm(_ sent: Sent, with reply: RedisValue) throws(RedisError) {
        switch (sent, reply) {
        case (.subscribe(let channel, let waiter), .array(let parts))
        where parts.prefix(2) == [Self.subscribed, .bulk(Array(channel.utf8))]:
            if let waiter { waiters.removeValue(forKey: waiter)?.end(.success(())) }
        case (.unsubscribe(let channel), .array(let parts))
        where parts.prefix(2) == [Self.unsubscribed, .bulk(Array(channel.utf8))]: break
        // A connection with subscriptions is answered with an array, one without is not (redis.io/commands/ping).
        case (.ping, Self.pong), (.ping, .simple("PONG")): break
        case (.opening(let waiting), Self.pong), (.opening(let waiting), .simple("PONG")): open(for: waiting)
        default: throw Self.unasked
        }
    }

    private static let unasked = RedisError.unavailable("a reply came that nobody asked for")

    private func open(for waiting: [Int]) {
        policy.succeeded()
        whyNotConnected = nil
        whyWarned = nil
        logger.debug("connected to Redis for messages", metadata: ["redis": "\(endpoint)"])
        hear(.connected)
        for number in waiting { waiters.removeValue(forKey: number)?.end(.success(())) }
    }
}
