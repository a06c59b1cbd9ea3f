import Foundation
import Glibc
package import RedisStreams
import Sockets

/// A redis-server of a test's own, on a unix socket: it may be killed, started again, and made to stand still.
package actor RedisServer {
    /// Where the server listens.
    package nonisolated let endpoint: RedisEndpoint
    private nonisolated let folder: TemporaryFolder
    private let options: [String]
    private let client: RedisClient
    private var process: ChildProcess?

    /// `GANGLION_TEST_REDIS_SERVER` names another binary, a Valkey for instance.
    private static var binary: String {
        unsafe getenv("GANGLION_TEST_REDIS_SERVER").map { unsafe String(cString: $0) } ?? "/usr/bin/redis-server"
    }

    fileprivate init(options: [String]) throws {
        folder = try TemporaryFolder()
        endpoint = RedisEndpoint(.unix(path: folder.file("s")))
        client = RedisClient(endpoint, on: try EventLoop(name: "redis-server"), logger: .quiet)
        self.options = options
    }

    /// Starts a process on the data that is there, and returns when it answers PING.
    fileprivate func start() async throws {
        var settings = [
            "--port", "0", "--unixsocket", folder.file("s"), "--dir", folder.path, "--save", "", "--databases", "1024",
            "--pidfile", folder.file("pid"), "--enable-debug-command", "yes",
        ]
        settings += options
        let process = try ChildProcess(Self.binary, settings, log: folder.file("log"))
        self.process = process
        let (address, log) = (endpoint.address, folder.file("log"))
        let isReady = await blocking { ReadinessProbe(address).waitUntilReady(within: 10_000) }
        guard isReady else {
            await kill()
            let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? "no log"
            throw ChildProcess.Failure(description: "redis-server is not ready after 10 s:\n\(text)")
        }
    }

    /// The reply to a command that the server itself is asked, past the client under test; it waits, 5 seconds at most,
    /// while the server is dead or paused.
    @discardableResult
    package func command(_ arguments: RedisArgument...) async throws -> RedisValue {
        try await command(RedisArguments(arguments))
    }

    @discardableResult
    package func command(_ arguments: RedisArguments) async throws -> RedisValue {
        try await client.send(RedisCommand(arguments, isResendable: true))
    }

    /// SIGKILL; the process is gone when this returns, and its data stays.
    package func kill() async {
        guard let process else { return }
        self.process = nil
        await process.kill()
    }

    /// Kills it if it still runs, and starts it on the same data.
    package func restart() async throws {
        await kill()
        try await start()
    }

    /// It stands still from when this returns: what is sent to it stays in the socket.
    package func pause() {
        process?.pause()
    }

    package func resume() {
        process?.resume()
    }

    fileprivate func runClient() async {
        await client.run()
    }

    fileprivate func remove() async {
        await kill()
        folder.remove()
    }
}

/// Runs the body with a Redis of its own. It loses all data when killed, except with `appendOnly`, where everything it
/// answered is on disk.
@discardableResult
package func withRedisServer<Result: Sendable>(
    appendOnly: Bool = false, options: [String] = [], _ body: (RedisServer) async throws -> Result
) async throws -> Result {
    let durability = appendOnly ? ["--appendonly", "yes", "--appendfsync", "always"] : []
    let server = try RedisServer(options: durability + options)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.runClient() }
        do {
            try await server.start()
            let result = try await body(server)
            group.cancelAll()
            await server.remove()
            return result
        } catch {
            group.cancelAll()
            await server.remove()
            throw error
        }
    }
}
