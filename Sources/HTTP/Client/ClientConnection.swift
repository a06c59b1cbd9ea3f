import HTTPTypes
import HTTPWire
import Sockets

/// One connection of a client, with one exchange on it at a time.
actor ClientConnection {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let stream: SocketStream
    private var parser = ResponseParser(to: .get)
    /// An exchange went before, and so the server may have closed the connection by now.
    private var isReused = false
    private var hasAnswerBegun = false
    private var isPersistent = false
    private var isComplete = false
    private var expiry: LoopTimer?
    private var hasExpired = false

    init(_ stream: SocketStream) {
        self.stream = stream
        loop = stream.loop
    }

    /// Sends a request and reads until the final head of its answer has come.
    func exchange(
        _ bytes: [UInt8], _ method: HTTPRequest.Method, limits: MessageLimits, timeout: Duration
    ) async throws(ClientError) -> ResponseHead {
        parser = ResponseParser(to: method, limits: limits)
        (hasAnswerBegun, isComplete, isPersistent) = (false, false, false)
        startTimer(timeout)
        do throws(SystemError) {
            try await stream.write(bytes)
        } catch {
            throw failure(error, timeout)
        }
        guard case .head(let head) = try await nextEvent(timeout) else {
            throw .malformedAnswer("a body without a head")
        }
        isPersistent = head.isPersistent
        return head
    }

    /// The next piece of the body; `nil` at its end.
    func nextPiece(timeout: Duration) async throws(ClientError) -> [UInt8]? {
        if isComplete { return nil }
        guard case .body(let piece) = try await nextEvent(timeout) else {
            isComplete = true
            stopTimer()
            return nil
        }
        return piece
    }

    private func nextEvent(_ timeout: Duration) async throws(ClientError) -> ResponseParser.Event {
        while true {
            do throws(MessageError) {
                if let event = try parser.next() { return event }
            } catch {
                throw .malformedAnswer(error.description)
            }
            let bytes: [UInt8]
            do throws(SystemError) {
                bytes = try await stream.read()
            } catch {
                throw failure(error, timeout)
            }
            if !bytes.isEmpty {
                hasAnswerBegun = true
                parser.feed(bytes)
                continue
            }
            do throws(MessageError) {
                try parser.feedEnd()
            } catch {
                throw .noAnswer("the server closed the connection")
            }
        }
    }

    private func failure(_ error: SystemError, _ timeout: Duration) -> ClientError {
        if hasExpired { return .timedOut(after: timeout) }
        return Task.isCancelled ? .cancelled : .noAnswer("\(error)")
    }

    // MARK: Time

    /// Counts the time anew, for the next piece of a body that is read as it comes.
    func startTimer(_ timeout: Duration) {
        stopTimer()
        expiry = loop.schedule(after: timeout) { [weak self] in self?.assumeIsolated { $0.expire() } }
    }

    func stopTimer() {
        expiry?.cancel()
        expiry = nil
    }

    private func expire() {
        hasExpired = true
        stream.assumeIsolated { $0.close() }
    }

    // MARK: Keeping

    /// It was kept from an earlier exchange, and ended without a byte of an answer.
    var wasClosedWhileIdle: Bool { isReused && !hasAnswerBegun }

    /// The exchange is over: can there be another one on this connection?
    func finish() -> Bool {
        stopTimer()
        isReused = true
        guard isComplete, isPersistent, parser.bufferedCount == 0 else {
            close()
            return false
        }
        return true
    }

    /// Nothing has come since the last exchange, not even the end.
    var isUsable: Bool {
        stream.assumeIsolated { stream in
            do throws(SystemError) {
                return try stream.receive() == nil
            } catch {
                return false
            }
        }
    }

    func close() {
        stopTimer()
        stream.assumeIsolated { $0.close() }
    }
}
