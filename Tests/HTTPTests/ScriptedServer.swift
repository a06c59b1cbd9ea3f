import Sockets
import Synchronization

/// A server that does with each connection what the next closure of its script says.
final class ScriptedServer: Sendable {
    typealias Act = @Sendable (WireClient) async throws -> Void

    let address: SocketAddress
    private let listener: Listener
    private let accepted = Mutex(0)

    /// Connections that came.
    var count: Int { accepted.withLock { $0 } }

    private init(_ listener: Listener) {
        self.listener = listener
        address = listener.address
    }

    static func with(
        _ script: [Act], _ body: (ScriptedServer, EventLoop) async throws -> Void
    ) async throws {
        let loop = try EventLoop(name: "scripted")
        let (streams, continuation) = AsyncStream.makeStream(of: SocketStream.self)
        let listener = try Listener(.internet(host: "127.0.0.1", port: 0), on: loop) { continuation.yield($0) }
        let server = ScriptedServer(listener)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { connections in
                    for await stream in streams {
                        let number = server.accepted.withLock { accepted in
                            defer { accepted += 1 }
                            return accepted
                        }
                        guard number < script.count else { continue }
                        connections.addTask {
                            try? await script[number](WireClient(stream))
                            // What was said goes out before the end.
                            try? await stream.drain()
                            await stream.close()
                        }
                    }
                }
            }
            try await body(server, try EventLoop(name: "client"))
            listener.close()
            continuation.finish()
            group.cancelAll()
        }
    }
}
