import Coordination
import Glibc
import HTTP
import HTTPWire
import Logging
import RedisStreams
import ServiceAPI
import ServiceLifecycle
import Sockets
import UnixSignals

/// A node as a process runs it: its way to Redis, what it coordinates, and the API.
struct Service {
    let node: Node
    private let server: Server
    private let services: [any ServiceLifecycle.Service]
    private let logger: Logger

    /// To be made once the systems for logs and metrics are there.
    init(
        _ settings: ServeSettings, coordinator: CoordinatorKind = .distributed, metrics: PrometheusRegistry,
        logger: Logger
    ) throws {
        self.logger = logger
        let loops = try EventLoopGroup(count: settings.loops)
        var services: [any ServiceLifecycle.Service] = []
        let endpoint: RedisEndpoint
        switch settings.redis {
        case .server(let server): endpoint = server
        case .own(let folder, let durability):
            let own = try PrivateRedisService(
                folder: folder, durability: durability, on: loops.loops[0], logger: logger)
            services.append(own)
            endpoint = own.endpoint
        }
        let clients = loops.loops.map { RedisStore.client(endpoint, on: $0, logger: logger) }
        services += clients.map(RedisClientService.init)
        var nodeOptions = NodeOptions(settings)
        // Whoever stands in line for the one orchestrator is not stuck, however long that takes.
        if coordinator == .central { nodeOptions.stuckAfter = .seconds(3600) }
        node = Node(
            loops: loops, stores: Self.stores(clients, coordinator),
            messages: RedisMessages(endpoint, on: loops.loops[0], logger: logger), options: nodeOptions, logger: logger)
        var options = ServerOptions()
        options.limits.body = settings.maxBody
        let webhooks = WebhookStore(RedisStore(client: clients[0]))
        let notifier = Notifier(
            webhooks, node: node, on: loops.loops[0], allowsPrivate: settings.privateWebhooks, logger: logger)
        server = Server(
            addresses: settings.listen, loops: loops,
            responder: API(node: node, webhooks: webhooks, notifier: notifier, metrics: metrics).router,
            options: options, logger: logger, onProblem: API.response)
        // Stopped in the opposite order: what uses something stands behind it.
        self.services = services + [node, notifier, ServerService(server: server, node: node)]
    }

    private static func stores(_ clients: [RedisClient], _ kind: CoordinatorKind) -> [any WorkflowStore] {
        let stores = clients.map { RedisStore(client: $0) }
        guard kind == .central else { return stores }
        let turnstile = Turnstile()
        return stores.map { CentralStore(store: $0, turnstile: turnstile) }
    }

    /// Tells the bound addresses; requests are answered once it runs.
    func listen() async throws(SettingsError) -> [SocketAddress] {
        do throws(SystemError) {
            return try await server.start()
        } catch {
            throw SettingsError(problems: [.init(origin: "--listen", text: "cannot listen there: \(error)")])
        }
    }

    /// Returns when it was told to stop, and has.
    func run(gracefulShutdownSignals signals: [UnixSignal] = [.sigterm, .sigint]) async throws {
        // Whoever reads the log may go away; that ends no service.
        signal(SIGPIPE, SIG_IGN)
        _ = try await listen()
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: signals, logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(60)
        try await ServiceGroup(configuration: configuration).run()
    }
}

/// A connection to Redis, kept for as long as there is something that uses it.
private struct RedisClientService: ServiceLifecycle.Service {
    let client: RedisClient

    func run() async throws {
        await cancelWhenGracefulShutdown { await client.run() }
    }
}

/// The server. When it is to stop, those who wait at the node for news are answered first.
private struct ServerService: ServiceLifecycle.Service {
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

extension NodeOptions {
    init(_ settings: ServeSettings) {
        self.init()
        heartbeat = settings.heartbeat
        nodeTimeout = settings.nodeTimeout
        agentHeartbeat = settings.agentHeartbeat
        agentLostAfter = settings.agentLostAfter
        retention = settings.retention
        process = NodeProcess(host: Self.hostName, id: Int(getpid()), version: API.version)
    }

    private static var hostName: String {
        // Longer than any name, and so ended by a zero, which gethostname(2) leaves open for one that fits exactly.
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, 255) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
