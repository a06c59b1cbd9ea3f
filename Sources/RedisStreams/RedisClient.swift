import DequeModule
package import Logging
package import Sockets

/// One loop's connection to Redis. All commands of a loop turn leave in one write, replies come back in order.
///
/// It connects by itself, again and again. A command that finds no connection waits for one until its deadline. When a
/// connection breaks, commands that may be sent again are; the others fail, and say whether they may have been run.
/// Nobody waits longer than a tenth over his command's deadline.
package actor RedisClient {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let endpoint: RedisEndpoint
    private let scripts: [RedisScript]
    private let options: Options
    private let logger: Logger

    private var stream: SocketStream?
    private var digests: [RedisScript: RedisArgument] = [:]
    /// Sent, in the order of their replies.
    private var inFlight = Deque<Pending>()
    /// Not sent yet, for want of a connection.
    private var waiting = Deque<Pending>()
    private var whyNotConnected = "not connected yet"
    /// What was logged of it.
    private var whyWarned = ""
    private var connectionWaiters: [CheckedContinuation<Void, Never>] = []
    private var isStopped = false
    private var lastReply = ContinuousClock.now

    package struct Options: Sendable {
        /// How long a command may wait for its reply, and for a connection before that.
        package var deadline = Duration.seconds(5)
        package var connectTimeout = Duration.seconds(2)
        /// More commands than this are refused rather than remembered.
        package var maximumPending = 100_000

        package init() {}
    }

    private struct Pending {
        let bytes: [UInt8]
        let isResendable: Bool
        let deadline: ContinuousClock.Instant
        /// `nil` once its deadline has passed and its caller was told; its reply still has its place.
        var continuation: CheckedContinuation<Result<RedisValue, RedisError>, Never>?
        /// Over a connection that broke: even if it is never sent again, it may have been run.
        var wasSent = false

        func fail(_ reason: String) {
            continuation?.resume(returning: .failure(wasSent ? .outcomeUnknown : .unavailable(reason)))
        }
    }

    package init(
        _ endpoint: RedisEndpoint, on loop: EventLoop, scripts: [RedisScript] = [], options: Options = Options(),
        logger: Logger
    ) {
        self.endpoint = endpoint
        self.loop = loop
        self.scripts = scripts
        self.options = options
        self.logger = logger
    }

    // MARK: Commands

    /// The reply to a command; an error reply is thrown.
    @discardableResult
    package func send(_ command: RedisCommand) async throws(RedisError) -> RedisValue {
        let reply = await enqueue(command)
        switch try reply.get() {
        case .error(let code, let message) where RedisError.temporaryCodes.contains(code):
            throw .unavailable("\(code) \(message)")
        case .error(let code, let message): throw .server(code: code, message: message)
        case let value: return value
        }
    }

    /// Runs a script by its digest; a Redis that has forgotten it is given the source again.
    package func run(
        _ script: RedisScript, keys: RedisArguments, arguments: RedisArguments, isResendable: Bool = true
    ) async throws(RedisError) -> RedisValue {
        func evaluation(_ command: RedisArgument, _ script: RedisArgument) -> RedisCommand {
            var words = RedisArguments(reservingCapacity: keys.byteCount + arguments.byteCount + 128)
            words.append(command, script, RedisArgument(keys.count))
            words += keys
            words += arguments
            return RedisCommand(words, isResendable: isResendable)
        }
        if let digest = digests[script] {
            do throws(RedisError) {
                return try await send(evaluation("EVALSHA", digest))
            } catch {
                guard case .server("NOSCRIPT", _) = error else { throw error }
            }
        }
        return try await send(evaluation("EVAL", RedisArgument(script.source)))
    }

    private func enqueue(_ command: RedisCommand) async -> Result<RedisValue, RedisError> {
        let bytes = command.wireFormat
        let deadline = ContinuousClock.now + options.deadline
        return await withCheckedContinuation { continuation in
            // In here and not before it: a task may be suspended on its way into the wait.
            let pending = Pending(
                bytes: bytes, isResendable: command.isResendable, deadline: deadline, continuation: continuation)
            if isStopped {
                pending.fail("this node is stopping")
            } else if inFlight.count + waiting.count >= options.maximumPending {
                pending.fail("more than \(options.maximumPending) commands wait for their replies")
            } else if let stream {
                transmit(pending, on: stream)
            } else {
                waiting.append(pending)
            }
        }
    }

    private func transmit(_ pending: Pending, on stream: SocketStream) {
        let wasWritten: Bool = stream.assumeIsolated { stream in
            do throws(SystemError) {
                try stream.enqueue(pending.bytes)
                return true
            } catch {
                return false
            }
        }
        // A stream that is closed has not seen the command: it waits for the next one.
        if wasWritten { inFlight.append(pending) } else { waiting.append(pending) }
    }

    // MARK: State

    /// `nil` while connected, otherwise why not.
    package var unavailability: String? { stream == nil ? whyNotConnected : nil }

    /// How many were sent and are not answered.
    package var commandsInFlight: Int { inFlight.count }

    /// How many wait for a connection.
    package var commandsWaiting: Int { waiting.count }

    /// Returns at the first moment at which there is a connection, or will be none any more, or the task is cancelled.
    package func waitUntilConnected() async {
        while stream == nil, !isStopped, !Task.isCancelled {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = stream != nil || isStopped || Task.isCancelled
                    if isOver { continuation.resume() } else { connectionWaiters.append(continuation) }
                }
            } onCancel: {
                loop.execute { [weak self] in self?.assumeIsolated { $0.wakeConnectionWaiters() } }
            }
        }
    }

    private func wakeConnectionWaiters() {
        for waiter in connectionWaiters { waiter.resume() }
        connectionWaiters = []
    }

    // MARK: The connection's life

    /// Keeps a connection until the task is cancelled; then every command left fails.
    package func run() async {
        await loop.run { await keepConnected() }
    }

    private func keepConnected() async {
        var policy = ReconnectPolicy()
        let watch = watchDeadlines()
        while !Task.isCancelled {
            do throws(RedisError) {
                let connection = try await RedisConnection.open(
                    endpoint, on: loop, scripts: scripts, timeout: options.connectTimeout
                ) { digests[$0] = $1 }
                policy.succeeded()
                begin(connection.stream)
                try await receive(from: connection)
            } catch {
                disconnect("\(error)", isLasting: policy.isLasting)
            }
            await loop.pause(for: policy.nextDelay())
        }
        isStopped = true
        watch.cancel()
        for pending in waiting { pending.fail("this node is stopping") }
        waiting = []
        wakeConnectionWaiters()
    }

    /// From here on commands go out; first those that waited, in their order.
    private func begin(_ stream: SocketStream) {
        self.stream = stream
        whyNotConnected = ""
        whyWarned = ""
        lastReply = .now
        let backlog = waiting
        waiting = []
        for pending in backlog { transmit(pending, on: stream) }
        wakeConnectionWaiters()
        logger.debug("connected to Redis", metadata: ["redis": "\(endpoint)"])
    }

    private func receive(from connection: RedisConnection) async throws(RedisError) {
        while try await connection.receive() {
            lastReply = .now
            while let value = try connection.nextReply() {
                guard let pending = inFlight.popFirst() else {
                    throw .unavailable("a reply came that nobody asked for")
                }
                pending.continuation?.resume(returning: .success(value))
            }
        }
    }

    /// What was sent and may be sent again waits for the next connection, before all that was not sent yet.
    private func disconnect(_ reason: String, isLasting: Bool) {
        // A Redis that is just starting is no news; one that was there, or does not come, is.
        if stream != nil || isLasting, reason != whyWarned, !Task.isCancelled {
            logger.warning("no connection to Redis", metadata: ["redis": "\(endpoint)", "reason": "\(reason)"])
            whyWarned = reason
        }
        whyNotConnected = reason
        guard let stream else { return }
        self.stream = nil
        stream.assumeIsolated { $0.close() }
        let broken = inFlight
        inFlight = []
        for var pending in broken.reversed() where pending.continuation != nil {
            pending.wasSent = true
            if pending.isResendable { waiting.prepend(pending) } else { pending.fail(reason) }
        }
    }

    // MARK: Deadlines

    /// Looks a few times within a deadline whether one has passed.
    private func watchDeadlines() -> LoopTimer {
        loop.schedule(after: options.deadline / 10) { [weak self] in
            self?.assumeIsolated { client in
                guard !client.isStopped else { return }
                client.expire(at: .now)
                _ = client.watchDeadlines()
            }
        }
    }

    private func expire(at now: ContinuousClock.Instant) {
        while let first = waiting.first, first.deadline <= now {
            waiting.removeFirst()
            first.fail(whyNotConnected)
        }
        guard let oldest = inFlight.first, oldest.deadline <= now else { return }
        for index in inFlight.indices {
            guard inFlight[index].deadline <= now else { break }
            inFlight[index].wasSent = true
            inFlight[index].fail("")
            inFlight[index].continuation = nil
        }
        // A Redis that answers others is slow, and would only become slower by being asked again. One that has answered
        // nothing since the oldest was sent is gone, or its connection is.
        if now - lastReply >= options.deadline { disconnect("no reply within \(options.deadline)", isLasting: true) }
    }
}
