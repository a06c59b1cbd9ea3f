import Glibc
package import Logging
import ServiceLifecycle
package import Sockets
import Synchronization

/// An HTTP/1.1 server with a listener on each loop. A connection stays on the loop that accepted it, and so do its
/// responders.
package final class Server: Service {
    private let addresses: [SocketAddress]
    private let shards: [ServerShard]
    private let options: ServerOptions
    private let logger: Logger
    /// `nil` until it listens.
    private let bound = Mutex<[SocketAddress]?>(nil)

    /// `onProblem` words the answers to what is wrong with a request as HTTP, before a responder sees it.
    package init(
        addresses: [SocketAddress], loops: EventLoopGroup, responder: any Responder,
        options: ServerOptions = ServerOptions(), logger: Logger,
        onProblem: @escaping @Sendable (Problem) -> Response
    ) {
        self.addresses = addresses
        self.options = options
        self.logger = logger
        let count = ConnectionCount()
        shards = loops.loops.map { loop in
            ServerShard(
                on: loop, responder: responder, options: options, count: count, logger: logger, onProblem: onProblem)
        }
    }

    /// Listens; connections are accepted from here on, and served once `run` is called. Tells the addresses with the
    /// ports that the kernel chose.
    @discardableResult
    package func start() async throws(SystemError) -> [SocketAddress] {
        if let bound = bound.withLock({ $0 }) { return bound }
        var all: [SocketAddress] = []
        for address in addresses { all += try await listen(onAllOf: address) }
        bound.withLock { [all] in $0 = all }
        return all
    }

    /// Listens on all numeric addresses of a name. Names such as `localhost` may have one of a family that this machine
    /// does not use.
    private func listen(onAllOf address: SocketAddress) async throws(SystemError) -> [SocketAddress] {
        var all: [SocketAddress] = []
        var unused: SystemError?
        for numeric in try await address.resolved() {
            do throws(SystemError) {
                all.append(try await listen(on: numeric))
            } catch {
                guard [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.code) else { throw error }
                unused = error
            }
        }
        if all.isEmpty, let unused { throw unused }
        return all
    }

    private func listen(on address: SocketAddress) async throws(SystemError) -> SocketAddress {
        if case .unix(let path) = address { await removeStaleSocket(path) }
        // Two servers that share an address would each get some of the connections, and nobody would notice.
        try Listener.checkIsFree(address)
        let address = try await shards[0].listen(on: address)
        // A unix socket has no SO_REUSEPORT: one loop accepts for all.
        if case .internet = address {
            for shard in shards.dropFirst() { _ = try await shard.listen(on: address) }
        }
        logger.info("listening", metadata: ["address": "\(address)"])
        return address
    }

    /// A server that was killed leaves its socket's file, which nobody can listen on again.
    private func removeStaleSocket(_ path: String) async {
        do throws(SystemError) {
            let stream = try await SocketStream.connect(to: .unix(path: path), on: shards[0].loop)
            await stream.close()
        } catch {
            if error.code == ECONNREFUSED { unsafe unlink(path) }
        }
    }

    /// Serves until a graceful shutdown or a cancellation.
    package func run() async throws {
        try await start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.serve() }
            group.addTask { await self.shutDownWhenAsked() }
            await group.next()
            // Either all connections are gone, or those that are left had their time.
            group.cancelAll()
        }
        for case .unix(let path) in addresses { unsafe unlink(path) }
    }

    private func serve() async {
        await withDiscardingTaskGroup { group in
            for shard in shards { group.addTask(executorPreference: shard.loop) { await shard.run() } }
        }
    }

    private func shutDownWhenAsked() async {
        // Throws when the task is cancelled, which leaves no time for grace.
        let isGraceful = (try? await gracefulShutdown()) != nil
        // No connection that ends may come back by another loop.
        for shard in shards { await shard.stopListening() }
        await withDiscardingTaskGroup { group in
            for shard in shards { group.addTask { await shard.shutDown() } }
        }
        if isGraceful { await shards[0].loop.pause(for: options.gracePeriod) }
        for shard in shards { await shard.closeAll() }
    }
}
