import Glibc

/// A connected socket, pinned to a loop: reads and writes that suspend their caller instead of a thread.
///
/// Writes are collected and leave together at the end of the loop's turn; a writer waits only when too much is
/// outstanding. One reader at a time.
package actor SocketStream {
    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private var socket: Descriptor?
    private var failure: SystemError?
    private var outgoing: [UInt8] = []
    private var sent = 0
    private var isFlushScheduled = false
    /// Edge-triggered readiness is told once: it counts until the socket was found empty, or full.
    private var isReadable = true
    private var isWritable = true
    private var isEnding = false
    private var reader: CheckedContinuation<Void, Never>?
    private var writers: [CheckedContinuation<Void, Never>] = []

    /// Writers wait while more than this is outstanding.
    private static let highWater = 256 * 1024

    init(_ socket: consuming Descriptor, on loop: EventLoop) {
        self.loop = loop
        self.socket = consume socket
    }

    deinit {
        if let number = socket?.number { loop.unwatch(number) }
    }

    /// For a caller that is on the loop, but not in this actor.
    nonisolated func startOnLoop() throws(SystemError) {
        let outcome: Result<Void, SystemError> = assumeIsolated { stream in
            do throws(SystemError) {
                return .success(try stream.start())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    private func start() throws(SystemError) {
        guard let number = socket?.number else { return }
        try loop.watch(number, Watcher(self))
    }

    // MARK: Connecting

    /// Connects to the first of the address's numeric addresses that answers in time.
    package static func connect(
        to address: SocketAddress, on loop: EventLoop, timeout: Duration = .seconds(5)
    ) async throws(SystemError) -> SocketStream {
        var last = SystemError("connect", code: EADDRNOTAVAIL)
        for candidate in try await address.resolved() {
            do throws(SystemError) {
                return try await open(candidate, on: loop, timeout: timeout)
            } catch {
                last = error
            }
        }
        throw last
    }

    private static func open(
        _ address: SocketAddress, on loop: EventLoop, timeout: Duration
    ) async throws(SystemError) -> SocketStream {
        let socket = try Descriptor.socket(for: address)
        if case .internet = address { try socket.set(Int32(IPPROTO_TCP), TCP_NODELAY) }
        let stream = SocketStream(socket, on: loop)
        try await stream.connect(to: address, timeout: timeout)
        return stream
    }

    private func connect(to address: SocketAddress, timeout: Duration) async throws(SystemError) {
        guard let result = try socket?.connect(to: address) else { throw closed }
        try start()
        guard result == .wouldBlock else { return }
        // A unix socket whose backlog is full says EAGAIN and never becomes writable by itself.
        if case .unix = address { throw SystemError("connect", code: EAGAIN) }
        isWritable = false
        let timer = loop.schedule(after: timeout) { [weak self] in
            self?.assumeIsolated { $0.fail(SystemError("connect", code: ETIMEDOUT)) }
        }
        defer { timer.cancel() }
        try await waitToWrite { $0.isWritable }
        try socket?.pendingError()
    }

    // MARK: Reading

    /// The next bytes, at most `limit`; none at the end of the stream. Throws ETIMEDOUT when nothing came within
    /// `timeout`, and ECANCELED when the task is cancelled or the stream is closed meanwhile.
    package func read(upTo limit: Int = 64 * 1024, timeout: Duration? = nil) async throws(SystemError) -> [UInt8] {
        if Task.isCancelled { throw closed }
        if let bytes = try receive(limit) { return bytes }
        let expiry = timeout.map(expiry)
        defer { expiry?.timer?.cancel() }
        while true {
            await waitUntilReadable(expiry)
            if Task.isCancelled { throw closed }
            if let bytes = try receive(limit) { return bytes }
            if expiry?.hasPassed == true { throw SystemError("recv", code: ETIMEDOUT) }
        }
    }

    /// What can be read at once; `nil` if nothing is there yet.
    package func receive(_ limit: Int = 64 * 1024) throws(SystemError) -> [UInt8]? {
        precondition(limit > 0, "to read nothing would look like the end of the stream")
        if let failure { throw failure }
        guard socket != nil else { throw closed }
        guard isReadable else { return nil }
        do throws(SystemError) {
            return try loop.withReadBuffer { buffer throws(SystemError) in
                switch try socket?.receive(into: &buffer, upTo: limit) {
                case .processed(let count):
                    // Less than there was room for was all (epoll(7)): another call would only say so. But the end of
                    // the stream, once told, is told no more.
                    if count < min(limit, buffer.count), !isEnding { isReadable = false }
                    return Array(buffer[..<count])
                case .wouldBlock, nil:
                    isReadable = false
                    return nil
                }
            }
        } catch {
            fail(error)
            throw error
        }
    }

    /// Returns early when there is something else to look at: a failure, a cancellation, the end of `expiry`.
    ///
    /// A task may be suspended between a read that found nothing and this wait, and whatever happens meanwhile calls
    /// nobody: so the wait itself looks at everything that would end it.
    private func waitUntilReadable(_ expiry: Expiry?) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                precondition(reader == nil, "a stream has one reader at a time")
                let isOver = isReadable || failure != nil || Task.isCancelled || expiry?.hasPassed == true
                if isOver { continuation.resume() } else { reader = continuation }
            }
        } onCancel: {
            loop.execute { [weak self] in self?.assumeIsolated { $0.wakeReader() } }
        }
    }

    private func expiry(after timeout: Duration) -> Expiry {
        let expiry = Expiry()
        expiry.timer = loop.schedule(after: timeout) { [weak self] in
            self?.assumeIsolated { stream in
                expiry.hasPassed = true
                stream.wakeReader()
            }
        }
        return expiry
    }

    /// Written and read on the stream's loop only.
    private final class Expiry: @unchecked Sendable {
        var hasPassed = false
        var timer: LoopTimer?
    }

    private func wakeReader() {
        reader?.resume()
        reader = nil
    }

    // MARK: Writing

    /// Hands bytes over for the end of this turn; waits only while too much is outstanding. Throws ECANCELED when the
    /// task is cancelled while it waits; the bytes were handed over all the same.
    package func write(_ bytes: [UInt8]) async throws(SystemError) {
        try enqueue(bytes)
        try await waitToWrite { $0.outgoing.count - $0.sent <= Self.highWater }
    }

    /// The same without waiting, for senders that bound themselves.
    package func enqueue(_ bytes: [UInt8]) throws(SystemError) {
        if let failure { throw failure }
        guard socket != nil else { throw closed }
        if outgoing.isEmpty { outgoing = bytes } else { outgoing += bytes }
        guard !isFlushScheduled else { return }
        isFlushScheduled = true
        loop.atEndOfTurn { [self] in assumeIsolated { $0.flush() } }
    }

    /// Waits until everything written has been given to the kernel.
    package func drain() async throws(SystemError) {
        try await waitToWrite { $0.outgoing.isEmpty }
    }

    private func waitToWrite(
        until isDone: @Sendable (isolated SocketStream) -> Bool
    ) async throws(SystemError) {
        while true {
            if let failure { throw failure }
            if isDone(self) { return }
            if Task.isCancelled { throw closed }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    // As with readers, what happened since then has called nobody.
                    let isOver = isDone(self) || failure != nil || Task.isCancelled
                    if isOver { continuation.resume() } else { writers.append(continuation) }
                }
            } onCancel: {
                loop.execute { [weak self] in self?.assumeIsolated { $0.wakeWriters() } }
            }
        }
    }

    private func flush() {
        isFlushScheduled = false
        guard isWritable, failure == nil, socket != nil else { return }
        do throws(SystemError) {
            while sent < outgoing.count {
                guard case .processed(let count) = try socket?.send(outgoing[sent...]) else {
                    isWritable = false
                    break
                }
                sent += count
            }
        } catch {
            return fail(error)
        }
        if sent == outgoing.count {
            outgoing = []
            sent = 0
        } else if sent > Self.highWater {
            outgoing.removeFirst(sent)
            sent = 0
        }
        if outgoing.count - sent <= Self.highWater { wakeWriters() }
    }

    private func wakeWriters() {
        let waiting = writers
        writers = []
        for writer in waiting { writer.resume() }
    }

    // MARK: Ending

    /// Tells the peer that nothing more comes, once what was written is out.
    package func shutdownWrite() async throws(SystemError) {
        try await drain()
        socket?.shutdownWriting()
    }

    /// Closes at once; whoever waits is told. May be called again.
    package func close() {
        fail(closed)
    }

    package var isOpen: Bool { socket != nil && failure == nil }

    private var closed: SystemError { SystemError("socket closed", code: ECANCELED) }

    private func fail(_ error: SystemError) {
        if failure == nil { failure = error }
        if let number = socket?.number { loop.unwatch(number) }
        socket = nil
        outgoing = []
        sent = 0
        wakeReader()
        wakeWriters()
    }

    fileprivate func ready(_ readiness: Readiness) {
        if readiness.isWritable, !isWritable {
            isWritable = true
            if outgoing.isEmpty { wakeWriters() } else { flush() }
        }
        if readiness.isReadable {
            isReadable = true
            if readiness.isEnding { isEnding = true }
            wakeReader()
        }
    }
}

/// What the loop calls; the poller keeps it, and it does not keep the stream.
private final class Watcher: ReadinessHandler {
    private weak let stream: SocketStream?

    init(_ stream: SocketStream) {
        self.stream = stream
    }

    func ready(_ readiness: Readiness) {
        stream?.assumeIsolated { $0.ready(readiness) }
    }
}
