import DequeModule
import Glibc
import HTTPWire
import Logging
import Sockets
import Synchronization

/// A server's part on one loop: its listeners, its connections, and the tick by which their waits are measured.
actor ServerShard {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    let onProblem: @Sendable (Problem) -> Response
    private let responder: any Responder
    private let options: ServerOptions
    private let count: ConnectionCount
    private let logger: Logger

    private(set) var tick: UInt64 = 0
    private(set) var isShuttingDown = false
    private var listeners: [Listener] = []
    private var accepted = Deque<SocketStream>()
    private var acceptor: CheckedContinuation<Void, Never>?
    private var connections: [ObjectIdentifier: Connection] = [:]
    /// How many over the limit are told so; beyond them even that would cost too much.
    private static let maximumTurnedAway = 512

    private var date = (second: 0, line: [UInt8]())

    init(
        on loop: EventLoop, responder: any Responder, options: ServerOptions, count: ConnectionCount, logger: Logger,
        onProblem: @escaping @Sendable (Problem) -> Response
    ) {
        self.loop = loop
        self.responder = responder
        self.options = options
        self.count = count
        self.logger = logger
        self.onProblem = onProblem
    }

    // MARK: Listening

    /// Listens on an address, and tells it with the port that the kernel chose.
    func listen(on address: SocketAddress) throws(SystemError) -> SocketAddress {
        let listener = try Listener(address, on: loop) { [weak self] stream in
            self?.assumeIsolated { $0.add(stream) }
        }
        listeners.append(listener)
        return listener.address
    }

    private func add(_ stream: SocketStream) {
        accepted.append(stream)
        wakeAcceptor()
    }

    private func wakeAcceptor() {
        acceptor?.resume()
        acceptor = nil
    }

    private func nextAccepted() async -> SocketStream? {
        while !isShuttingDown, !Task.isCancelled {
            if let stream = accepted.popFirst() { return stream }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isOver = !accepted.isEmpty || isShuttingDown || Task.isCancelled
                    if isOver { continuation.resume() } else { acceptor = continuation }
                }
            } onCancel: {
                loop.execute { self.assumeIsolated { $0.wakeAcceptor() } }
            }
        }
        return nil
    }

    // MARK: Serving

    /// Serves until the shutdown has begun and the last connection is gone.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sweep() }
            await withDiscardingTaskGroup { group in
                while let stream = await nextAccepted() {
                    let number = count.enter()
                    if number <= options.maximumConnections + Self.maximumTurnedAway {
                        group.addTask { await self.serve(stream, number) }
                    } else {
                        await stream.close()
                        count.leave()
                    }
                }
            }
            group.cancelAll()
        }
        stopListening()
    }

    private func serve(_ stream: SocketStream, _ number: Int) async {
        let connection = Connection(stream, self, responder, options)
        connections[ObjectIdentifier(connection)] = connection
        if number <= options.maximumConnections { await connection.serve() } else { await connection.turnAway() }
        connections[ObjectIdentifier(connection)] = nil
        count.leave()
    }

    /// Looks for waits that have been too long, tick by tick.
    private func sweep() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                await loop.pause(for: options.tick)
                tick &+= 1
                for connection in overdueConnections() { group.addTask { await connection.expire() } }
            }
        }
    }

    private func overdueConnections() -> [Connection] {
        let now = tick
        return connections.values.filter { connection in connection.assumeIsolated { $0.isOverdue(at: now) } }
    }

    /// The line of the Date field, made once a second.
    var dateLine: [UInt8] {
        let now = time(nil)
        if now != date.second {
            date = (now, Array("Date: \(HTTPDate.text(secondsSince1970: now))\r\n".utf8))
        }
        return date.line
    }

    // MARK: Ending

    /// Accepts nothing more.
    func stopListening() {
        isShuttingDown = true
        for listener in listeners { listener.close() }
        listeners = []
        accepted = []
        wakeAcceptor()
    }

    /// Ends all connections that are idle; those that are busy end with their answer.
    func shutDown() async {
        await withDiscardingTaskGroup { group in
            for connection in connections.values { group.addTask { await connection.retire() } }
        }
    }

    /// Closes what is left.
    func closeAll() async {
        for connection in connections.values { await connection.stream.close() }
    }
}
