import Glibc
import Logging
import RedisStreams
import ServiceLifecycle
import Sockets
import UnixSignals

/// The process that `serve` runs.
enum Service {
    /// Returns when the service was told to stop and has.
    static func run(_ settings: ServeSettings) async throws {
        LoggingSystem.bootstrap { label in
            StandardErrorLogHandler(label: label, format: settings.logFormat, level: settings.logLevel)
        }
        // Whoever reads the log may go away; that ends no service.
        signal(SIGPIPE, SIG_IGN)
        let logger = Logger(label: "ganglion")
        let loops = try EventLoopGroup(count: settings.loops)
        var services: [any ServiceLifecycle.Service] = []
        if case .own(let folder, let durability) = settings.redis {
            services.append(
                try PrivateRedisService(folder: folder, durability: durability, on: loops.loops[0], logger: logger))
        }
        // Services are stopped in the opposite order: what uses Redis stands behind it.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await group.run()
    }
}
