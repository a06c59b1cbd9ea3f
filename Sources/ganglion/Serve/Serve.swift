import ArgumentParser
import CoreMetrics
import Logging
import ServiceAPI

/// `ganglion serve`: runs the service until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the service.",
        discussion: """
            Without --redis, a redis-server of the service's own keeps everything under --data; nothing else is needed:

                ganglion serve

            Several nodes share one Redis, and take over from each other:

                ganglion serve --listen 127.0.0.1:8081 --redis redis://redis.internal:6379
                ganglion serve --listen 127.0.0.1:8082 --redis redis://redis.internal:6379

            Each setting can also stand in the environment (--node-timeout as GANGLION_NODE_TIMEOUT) and in a file \
            (node-timeout: 1.5s). The command line comes before the environment, and that before the file. Several \
            addresses are a list in the file, and have commas between them in the environment.

            SIGTERM and Ctrl-C drain the service, and stop its Redis last.
            """)

    @OptionGroup var options: ServeOptions

    /// Nobody wants to serve so; `ganglion bench` does, to compare, and tells of it in its help.
    @Option(help: .hidden) var coordinator = CoordinatorKind.distributed

    func run() async throws {
        let sources = try SettingSources(commandLine: options.given)
        let settings = try ServeSettings.read(from: sources)
        LoggingSystem.bootstrap { label in
            StandardErrorLogHandler(label: label, format: settings.logFormat, level: settings.logLevel)
        }
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        let logger = Logger(label: "ganglion")
        try await Service(settings, coordinator: coordinator, metrics: metrics, logger: logger).run()
    }
}
