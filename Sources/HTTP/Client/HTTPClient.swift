import HTTPTypes
package import HTTPWire
package import Sockets

/// Sends requests to one server over a few connections that are kept, all on one loop.
package actor HTTPClient {
    package struct Options: Sendable {
        /// More requests than this at a time wait for one another.
        package var maximumConnections = 64
        package var connectTimeout = Duration.seconds(5)
        package var limits = MessageLimits()

        package init() {
            limits.body = 64 * 1024 * 1024
        }
    }

    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let address: SocketAddress
    private let host: String
    private let options: Options
    private var pool: ConnectionPool

    /// `host` is what the Host field says; without it, the address.
    package init(
        _ address: SocketAddress, host: String? = nil, on loop: EventLoop, options: Options = Options()
    ) {
        self.address = address
        self.loop = loop
        self.options = options
        pool = ConnectionPool(limit: options.maximumConnections)
        if let host {
            self.host = host
        } else if case .internet = address {
            self.host = "\(address)"
        } else {
            self.host = "localhost"
        }
    }

    /// Sends a request and reads the whole answer, both within `timeout`.
    package func send(
        _ request: ClientRequest, timeout: Duration = .seconds(30)
    ) async throws(ClientError) -> ClientResponse {
        let (head, connection) = try await exchange(request, timeout)
        do throws(ClientError) {
            var body: [UInt8] = []
            while let piece = try await connection.nextPiece(timeout: timeout) {
                if body.isEmpty { body = piece } else { body += piece }
            }
            await giveBack(connection)
            return ClientResponse(status: head.status, headerFields: head.headerFields, body: body)
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Sends a request and lends its answer, whose body is read as it comes. `timeout` is for the answer's head.
    package func withResponse<Result: Sendable>(
        to request: ClientRequest, timeout: Duration = .seconds(30),
        _ body: (StreamedResponse) async throws -> Result
    ) async throws -> Result {
        let (head, connection) = try await exchange(request, timeout)
        await connection.stopTimer()
        do {
            let result = try await body(StreamedResponse(head, connection))
            await giveBack(connection)
            return result
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Closes what is idle; what is in use is closed when it comes back.
    package func close() async {
        for connection in pool.close() { await connection.close() }
    }

    // MARK: Exchanges

    private func exchange(
        _ request: ClientRequest, _ timeout: Duration
    ) async throws(ClientError) -> (ResponseHead, ClientConnection) {
        let bytes = try encode(request)
        let deadline = ContinuousClock.now + timeout
        let connection = try await lease(until: deadline)
        do throws(ClientError) {
            return (try await exchange(request, bytes, on: connection, until: deadline), connection)
        } catch {
            guard case .noAnswer = error, request.isRepeatable, await connection.wasClosedWhileIdle else {
                await giveBack(connection)
                throw error
            }
        }
        // The server closed it just as the request was on its way: a new connection tells whether it is there.
        await connection.close()
        let fresh = try await connect(until: deadline)
        do throws(ClientError) {
            return (try await exchange(request, bytes, on: fresh, until: deadline), fresh)
        } catch {
            await giveBack(fresh)
            throw error
        }
    }

    private func exchange(
        _ request: ClientRequest, _ bytes: [UInt8], on connection: ClientConnection,
        until deadline: ContinuousClock.Instant
    ) async throws(ClientError) -> ResponseHead {
        try await connection.exchange(
            bytes, request.method, limits: options.limits, timeout: max(.zero, deadline - .now))
    }

    private func encode(_ request: ClientRequest) throws(ClientError) -> [UInt8] {
        // A method that has a body by its nature says that it is empty (RFC 9110 8.6).
        let needsLength = !request.body.isEmpty || [.post, .put, .patch].contains(request.method)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512 + request.body.count)
        let isValid = MessageEncoder.append(
            method: request.method, target: request.target, host: host, request.headerFields,
            needsLength ? .length(request.body.count) : .none, to: &bytes)
        guard isValid else { throw .invalidRequest("'\(request.target)' or '\(host)' has a space or control byte") }
        bytes += request.body
        return bytes
    }

    // MARK: Connections

    /// A connection for one exchange, kept or new.
    private func lease(until deadline: ContinuousClock.Instant) async throws(ClientError) -> ClientConnection {
        while let connection = pool.takeIdle() {
            if await connection.isUsable { return connection }
            await connection.close()
            pool.leave()
        }
        if !pool.takeSlot() {
            switch await waitForTurn(until: deadline) {
            case .connection(let connection): return connection
            case .slot: break
            case .none: throw Task.isCancelled ? .cancelled : .notSent("no connection became free in time")
            }
        }
        return try await connect(until: deadline)
    }

    /// With a slot that is taken, which is given back if there is no connection.
    private func connect(until deadline: ContinuousClock.Instant) async throws(ClientError) -> ClientConnection {
        let timeout = min(options.connectTimeout, max(.zero, deadline - .now))
        do throws(SystemError) {
            return ClientConnection(try await SocketStream.connect(to: address, on: loop, timeout: timeout))
        } catch {
            pool.leave()
            throw Task.isCancelled ? .cancelled : .notSent("\(error)")
        }
    }

    private func giveBack(_ connection: ClientConnection) async {
        if await connection.finish(), !pool.isClosed {
            pool.giveBack(connection)
        } else {
            await connection.close()
            pool.leave()
        }
    }

    private func waitForTurn(until deadline: ContinuousClock.Instant) async -> ConnectionPool.Grant? {
        let ticket = pool.newTicket()
        let timer = loop.schedule(after: max(.zero, deadline - .now)) { [weak self] in
            self?.assumeIsolated { $0.pool.giveUp(ticket) }
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                if Task.isCancelled || deadline <= .now {
                    waiter.resume(returning: nil)
                } else {
                    pool.wait(ticket, waiter)
                }
            }
        } onCancel: {
            loop.execute { self.assumeIsolated { $0.pool.giveUp(ticket) } }
        }
    }
}
