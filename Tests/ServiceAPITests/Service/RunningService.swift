import Coordination
import HTTP
import HTTPTypes
import HTTPWire
import Logging
import RedisStreams
import ServiceAPI
import ServiceLifecycle
import Sockets
import TestKit

/// The whole service as a process would run it, on a Redis of its own, and a client beside it.
///
/// Whatever is sent through it is checked against the contract.
struct RunningService: Sendable {
    let node: Node
    let redis: RedisServer
    let address: SocketAddress
    let client: HTTPClient
    let log: EventLog<String>
    fileprivate let group: ServiceGroup
    fileprivate let hasEnded = Signal()

    /// That of the suite, started by the trait `.service`.
    @TaskLocal static var current: RunningService?

    /// Asks the service to stop, as a SIGTERM does.
    func beginShutdown() async { await group.triggerGracefulShutdown() }
    func waitUntilStopped() async throws { try await hasEnded.wait() }
}

struct ServiceOptions: Sendable {
    var node = NodeOptions()
    var server = ServerOptions()
    /// How long a command waits for Redis.
    var redisDeadline = Duration.seconds(5)
    /// What Redis has stored survives that it is killed.
    var isDurable = false
    var loops = 2
    var allowsPrivateWebhooks = true
}

/// Runs the body with a service of its own, which is stopped after that.
func withService<Result: Sendable>(
    _ options: ServiceOptions = ServiceOptions(), _ body: (RunningService) async throws -> Result
) async throws -> Result {
    try await withRedisServer(appendOnly: options.isDurable) { redis in
        let (service, services) = try await start(options, on: redis)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { service.hasEnded.send() }
                try await service.group.run()
            }
            do {
                try await service.log.wait { $0.contains { $0.contains("the node is ready") } }
                let result = try await body(service)
                await service.client.close()
                await service.beginShutdown()
                try await group.waitForAll()
                withExtendedLifetime(services) {}
                return result
            } catch {
                await service.client.close()
                await service.beginShutdown()
                throw error
            }
        }
    }
}

private func start(
    _ options: ServiceOptions, on redis: RedisServer
) async throws -> (RunningService, [any Service]) {
    let log = EventLog<String>()
    let logger = Logger(label: "ganglion") { _ in RecordingLogHandler(log: log) }
    let loops = try EventLoopGroup(count: options.loops)
    var redisOptions = RedisClient.Options()
    redisOptions.deadline = options.redisDeadline
    let clients = loops.loops.map {
        RedisStore.client(redis.endpoint, on: $0, options: redisOptions, logger: logger)
    }
    let node = Node(
        loops: loops, stores: clients.map { RedisStore(client: $0) },
        messages: RedisMessages(redis.endpoint, on: loops.loops[0], logger: logger), options: options.node,
        logger: logger)
    let webhooks = WebhookStore(RedisStore(client: clients[0]))
    let notifier = Notifier(
        webhooks, node: node, on: loops.loops[0], allowsPrivate: options.allowsPrivateWebhooks, logger: logger)
    var serverOptions = options.server
    serverOptions.gracePeriod = .seconds(5)
    let server = Server(
        addresses: [.internet(host: "127.0.0.1", port: 0)], loops: loops,
        responder: API(node: node, webhooks: webhooks, notifier: notifier, metrics: PrometheusRegistry()).router,
        options: serverOptions, logger: logger,
        onProblem: API.response)
    let address = try await server.start()[0]
    let services: [any Service] =
        clients.map(Connection.init) + [node, notifier, DrainingServer(server: server, node: node)]
    let service = RunningService(
        node: node, redis: redis, address: address, client: HTTPClient(address, on: try EventLoop(name: "client")),
        log: log, group: ServiceGroup(services: services, logger: .quiet))
    return (service, services)
}

private struct Connection: Service {
    let client: RedisClient

    func run() async throws {
        await cancelWhenGracefulShutdown { await client.run() }
    }
}

/// Those who wait at the node are answered before the server waits for them.
private struct DrainingServer: Service {
    let server: Server
    let node: Node

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            node.drain()
        }
    }
}

private struct RecordingLogHandler: LogHandler {
    let log: EventLog<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        log.record("\(event.level) \(event.message) \(event.metadata ?? [:])")
    }
}
