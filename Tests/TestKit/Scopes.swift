package import RedisStreams
package import Sockets

/// Loops for as long as the body runs.
@discardableResult
package func withEventLoops<Result>(
    count: Int = 1, _ body: (EventLoopGroup) async throws -> Result
) async throws -> Result {
    try await body(try EventLoopGroup(count: count))
}

/// A client that runs, and is connected unless told not to wait for that, for as long as the body does.
@discardableResult
package func withRedisClient<Result: Sendable>(
    _ endpoint: RedisEndpoint, on loop: EventLoop? = nil, scripts: [RedisScript] = [],
    options: RedisClient.Options = RedisClient.Options(), waitsForConnection: Bool = true,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = RedisClient(
        endpoint, on: try loop ?? EventLoop(name: "client"), scripts: scripts, options: options, logger: .quiet)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }
        defer { group.cancelAll() }
        if waitsForConnection { await client.waitUntilConnected() }
        return try await body(client)
    }
}

/// A port of this machine that nobody listens on, for whoever has to know it before he listens. Another process may
/// be faster; where it can be, listen on port 0 instead.
package func freePort() throws -> Int {
    let listener = try Listener(.internet(host: "127.0.0.1", port: 0), on: try EventLoop(name: "port")) { _ in }
    defer { listener.close() }
    guard case .internet(_, let port) = listener.address else { return 0 }
    return port
}
