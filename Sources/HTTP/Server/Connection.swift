import HTTPTypes
import HTTPWire
import Sockets

/// One client's connection: reads requests, has them answered in order, and ends when either side wants it to.
///
/// Everything happens on the connection's loop. A reading task stays at the socket for as long as there is one, so that
/// it sees at once when the client goes; a request is answered in a child task, which is cancelled then. That task
/// starts in place, and goes on with the next request if it has come meanwhile: where responders do not wait, no task
/// is ever switched to.
actor Connection {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    let stream: SocketStream
    private let shard: ServerShard
    private let responder: any Responder
    private let timeouts: TimeoutTicks
    private var parser: RequestParser
    private var isAnswering = false
    /// The last answer has been written or is being: what still comes is read and forgotten.
    private var isEnding = false
    /// Where the reader waits while enough is read ahead.
    private var heldBackReader: CheckedContinuation<Void, Never>?
    private var discarded = 0
    private var waiting = Waiting.request
    private var waitingSince: UInt64 = 0
    /// Reads and answers since the loop's other work had its turn.
    private var uninterrupted = 0

    /// What is read of further requests while one is answered.
    private static let readAhead = 64 * 1024
    /// What is read of a client that goes on sending after the last answer.
    private static let maximumDiscarded = 1024 * 1024
    private static let maximumUninterrupted = 32

    init(_ stream: SocketStream, _ shard: ServerShard, _ responder: any Responder, _ options: ServerOptions) {
        self.stream = stream
        self.shard = shard
        self.responder = responder
        loop = stream.loop
        timeouts = TimeoutTicks(options)
        parser = RequestParser(limits: options.limits)
    }

    // MARK: Reading

    /// Serves until the connection has ended.
    func serve() async {
        wait(for: .request)
        await withDiscardingTaskGroup { group in
            while let bytes = await read() {
                parser.feed(bytes)
                guard !isAnswering, let request = await nextRequest() else { continue }
                group.addImmediateTask { await self.answer(from: request) }
            }
            // The client is gone, or has nothing more to say: a long-poll ends, what is almost there is still sent.
            group.cancelAll()
        }
        wait(for: .closing)
        try? await stream.drain()
        await stream.close()
    }

    /// Answers that there are too many connections, and ends.
    func turnAway() async {
        let detail = "There are too many connections; try again later."
        await refuse(.serviceUnavailable, detail)
        while await read() != nil {}
        await stream.close()
    }

    /// The next bytes that matter; `nil` at the end.
    private func read() async -> [UInt8]? {
        do throws(SystemError) {
            while true {
                await letOthers()
                await holdBack()
                let bytes = try await stream.read()
                if bytes.isEmpty { return nil }
                guard isEnding else { return bytes }
                discarded += bytes.count
                if discarded > Self.maximumDiscarded { return nil }
            }
        } catch {
            return nil
        }
    }

    /// Waits while enough is read ahead of the request that is being answered.
    private func holdBack() async {
        guard isAnswering, parser.bufferedCount > Self.readAhead else { return }
        await withCheckedContinuation { continuation in
            if isAnswering { heldBackReader = continuation } else { continuation.resume() }
        }
    }

    /// The next complete request, which is being answered from here on; `nil` if it has not come yet, or none will.
    private func nextRequest() async -> (head: RequestHead, body: [UInt8])? {
        do throws(MessageError) {
            while !isEnding {
                switch try parser.next() {
                case .request(let head, let body):
                    isAnswering = true
                    wait(for: .responder)
                    return (head, body)
                case .expectsContinue: try? await stream.enqueue(MessageEncoder.continueHead)
                case nil:
                    waitForMore()
                    stopAnswering()
                    return nil
                }
            }
        } catch {
            await refuse(error.status, error.description)
        }
        stopAnswering()
        return nil
    }

    /// From here on it is the reader that goes on with what comes.
    private func stopAnswering() {
        isAnswering = false
        heldBackReader?.resume()
        heldBackReader = nil
    }

    // MARK: Answering

    /// Answers a request, and those that came meanwhile.
    private func answer(from first: (head: RequestHead, body: [UInt8])) async {
        var next: (head: RequestHead, body: [UInt8])? = first
        while let (head, body) = next {
            let request = Request(
                method: head.method, target: head.target, path: head.path, query: Query(head.query),
                headerFields: head.headerFields, body: body, loop: loop)
            let response = await responder.respond(to: request)
            do {
                try await send(response, to: head)
            } catch {
                isEnding = true
                await stream.close()
            }
            await letOthers()
            next = await nextRequest()
        }
    }

    private func send(_ response: Response, to head: RequestHead) async throws {
        let encoder = encode(response, to: head)
        try await write(encoder.firstBytes)
        switch response.body {
        case .bytes(let body): if encoder.isBodySeparate { try await write(body) }
        case .stream(let produce):
            guard encoder.hasBody else { break }
            wait(for: .responder)
            try await produce(ResponseWriter(connection: self, isChunked: encoder.isChunked))
            if encoder.isChunked { try await write(MessageEncoder.lastChunk) }
        }
        if encoder.isLast { await end() }
    }

    private func encode(_ response: Response, to head: RequestHead) -> ResponseEncoder {
        let (isShuttingDown, date) = shard.assumeIsolated { ($0.isShuttingDown, $0.dateLine) }
        return ResponseEncoder(response, to: head, isLast: isShuttingDown, date: date)
    }

    /// For a `ResponseWriter`.
    func write(piece: [UInt8], isChunked: Bool) async throws(SystemError) {
        if isChunked {
            var bytes: [UInt8] = []
            MessageEncoder.append(chunk: piece, to: &bytes)
            try await write(bytes)
        } else {
            try await write(piece)
        }
        wait(for: .responder)
    }

    private func write(_ bytes: [UInt8]) async throws(SystemError) {
        wait(for: .writing)
        do throws(SystemError) {
            try await stream.write(bytes)
        } catch {
            guard Task.isCancelled, await stream.isOpen else { throw error }
            // The bytes are handed over; only a cancelled task waits for nothing, and the client may still read.
            await Task(executorPreference: loop) { [stream] in try? await stream.write([]) }.value
        }
    }

    /// Whoever is always busy still leaves the loop to others now and then.
    private func letOthers() async {
        uninterrupted += 1
        guard uninterrupted > Self.maximumUninterrupted else { return }
        uninterrupted = 0
        await Task.yield()
    }

    // MARK: Ending

    /// Answers what the protocol itself forbids, and ends.
    private func refuse(_ status: HTTPResponse.Status, _ detail: String) async {
        isEnding = true
        do throws(SystemError) {
            try await write(refusal(Problem(status: status, detail: detail, target: parser.target)))
            await end()
        } catch {
            await stream.close()
        }
    }

    private func refusal(_ problem: Problem) -> [UInt8] {
        let (response, date) = shard.assumeIsolated { ($0.onProblem(problem), $0.dateLine) }
        return ResponseEncoder.lastBytes(response, date: date)
    }

    /// Half-closes and leaves the rest to the client: to close while it is still sending would make the kernel reset
    /// the connection, and the client might never see the answer (RFC 9112 9.6).
    private func end() async {
        isEnding = true
        wait(for: .closing)
        // It fails when the client has gone already, which the reader sees as well and closes the rest.
        try? await stream.shutdownWrite()
    }

    /// The server shuts down: nobody waits for an idle connection.
    func retire() async {
        guard !isAnswering, !isEnding, parser.phase == .idle else { return }
        isEnding = true
        wait(for: .closing)
        try? await stream.drain()
        await stream.close()
    }

    // MARK: Waiting

    /// The current wait has been too long, as of the shard's tick.
    func isOverdue(at tick: UInt64) -> Bool {
        tick &- waitingSince > timeouts[waiting]
    }

    /// Ends a wait that has been too long.
    func expire() async {
        switch waiting {
        case .head: await refuse(.requestTimeout, "The request's head did not come in time.")
        case .body: await refuse(.requestTimeout, "The request's body did not come in time.")
        case .request, .responder, .writing, .closing: await stream.close()
        }
    }

    private func wait(for next: Waiting) {
        waiting = next
        waitingSince = shard.assumeIsolated { $0.tick }
    }

    /// A body may take its time as long as it goes on; a head gets no more time for each of its bytes.
    private func waitForMore() {
        switch parser.phase {
        case .idle: if waiting != .request { wait(for: .request) }
        case .head: if waiting != .head { wait(for: .head) }
        case .body: wait(for: .body)
        }
    }
}
