package import Sockets

/// A proxy that does to the bytes of its connections what networks do: holds them back, loses them, cuts them off.
package actor LossyProxy {
    package enum Direction: Hashable, Sendable {
        case toServer, toClient
    }

    /// What becomes of the bytes of one direction.
    package enum Behavior: Hashable, Sendable {
        case pass
        /// They are kept until the direction passes again.
        case hold
        /// They are read and forgotten.
        case drop
        /// They pass, each lot of them so much later.
        case slow(by: Duration)
        /// So many more bytes pass, then the connection that carried them is closed.
        case cut(after: Int)
    }

    package nonisolated let loop: EventLoop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Every connection that was accepted, by its number from 0.
    package nonisolated let accepted = EventLog<Int>()
    private let upstream: SocketAddress
    private var behaviors: [Direction: Behavior] = [:]
    private var connections: [Int: Connection] = [:]
    private var refuses = false
    private var nextNumber = 0

    fileprivate struct Connection {
        let client: SocketStream
        let server: SocketStream
        var held: [Direction: [UInt8]] = [:]
    }

    fileprivate init(to upstream: SocketAddress, on loop: EventLoop) {
        self.upstream = upstream
        self.loop = loop
    }

    // MARK: Faults

    package func set(_ direction: Direction, _ behavior: Behavior) async {
        behaviors[direction] = behavior
        guard behavior == .pass else { return }
        for (number, connection) in connections {
            connections[number]?.held[direction] = nil
            if let held = connection.held[direction] { try? await connection.end(of: direction).write(held) }
        }
    }

    /// Closes all connections. New ones are accepted.
    package func cut() async {
        for connection in connections.values { await connection.close() }
    }

    /// Whether new connections are closed at once.
    package func refuse(_ refuses: Bool) {
        self.refuses = refuses
    }

    // MARK: Connections

    fileprivate func serve(_ client: SocketStream) async {
        let number = nextNumber
        nextNumber += 1
        guard !refuses, let server = try? await SocketStream.connect(to: upstream, on: loop) else {
            accepted.record(number)
            await client.close()
            return
        }
        let connection = Connection(client: client, server: server)
        connections[number] = connection
        accepted.record(number)
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { await self.pump(.toServer, number, connection) }
            group.addTask(executorPreference: loop) { await self.pump(.toClient, number, connection) }
        }
        connections[number] = nil
    }

    private func pump(_ direction: Direction, _ number: Int, _ connection: Connection) async {
        let source = direction == .toServer ? connection.client : connection.server
        while let bytes = try? await source.read(), !bytes.isEmpty {
            switch behaviors[direction] ?? .pass {
            case .pass: try? await connection.end(of: direction).write(bytes)
            case .hold: connections[number]?.held[direction, default: []] += bytes
            case .drop: break
            case .slow(let delay):
                await loop.pause(for: delay)
                try? await connection.end(of: direction).write(bytes)
            case .cut(let limit) where bytes.count < limit:
                behaviors[direction] = .cut(after: limit - bytes.count)
                try? await connection.end(of: direction).write(bytes)
            case .cut(let limit):
                behaviors[direction] = .pass
                try? await connection.end(of: direction).write(Array(bytes.prefix(limit)))
                try? await connection.end(of: direction).drain()
                await connection.close()
            }
        }
        await connection.close()
    }
}

extension LossyProxy.Connection {
    fileprivate func end(of direction: LossyProxy.Direction) -> SocketStream {
        direction == .toServer ? server : client
    }

    fileprivate func close() async {
        await client.close()
        await server.close()
    }
}

/// Runs the body with a proxy before `upstream`, and gives it the address to connect to instead.
@discardableResult
package func withLossyProxy<Result: Sendable>(
    to upstream: SocketAddress, _ body: (LossyProxy, SocketAddress) async throws -> Result
) async throws -> Result {
    let loop = try EventLoop(name: "proxy")
    let proxy = LossyProxy(to: upstream, on: loop)
    return try await withServer(on: loop) {
        await proxy.serve($0)
    } body: { address in
        try await body(proxy, address)
    }
}

/// Runs the body with a server on a port of its own, which handles each connection in a task and closes it after that.
@discardableResult
package func withServer<Result: Sendable>(
    on loop: EventLoop, at address: SocketAddress = .internet(host: "127.0.0.1", port: 0),
    _ handle: @escaping @Sendable (SocketStream) async -> Void,
    body: (SocketAddress) async throws -> Result
) async throws -> Result {
    let (streams, accept) = AsyncStream.makeStream(of: SocketStream.self)
    let listener = try Listener(address, on: loop) { accept.yield($0) }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask(executorPreference: loop) {
            await withDiscardingTaskGroup { connections in
                for await stream in streams {
                    connections.addTask(executorPreference: loop) {
                        await handle(stream)
                        await stream.close()
                    }
                }
                connections.cancelAll()
            }
        }
        defer {
            listener.close()
            group.cancelAll()
        }
        return try await body(listener.address)
    }
}
