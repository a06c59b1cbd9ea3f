import ArgumentParser
import CoreMetrics
import GanglionClient
import Logging
import RedisStreams
import ServiceAPI

/// `ganglion bench`: how many workflows a second, and how long each takes.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how many workflows complete a second.",
        discussion: """
            Starts workflows of four steps (classify, then extract and validate, then summarize) with 1 KB of input, \
            as many at a time as --concurrency says, has them done by agents that do nothing, and checks every output. \
            Only completed workflows count. Client, agents and, without --url, the service and its Redis are all on \
            this machine.

                ganglion bench
                ganglion bench --workflows 20000 --concurrency 500 --agents 8 --json
                ganglion bench --url http://127.0.0.1:8080
            """)

    @Option(help: "How many workflows are measured, after a tenth as many to warm up.")
    var workflows = 5000

    @Option(help: "How many of them are under way at a time.")
    var concurrency = 200

    @Option(help: "How many agents do their tasks, of four kinds in turn.")
    var agents = 8

    @Option(help: "How many tasks an agent takes at a time.")
    var batch = 32

    @Option(help: ArgumentHelp("A service that runs already (default: one of the command's own).", valueName: "url"))
    var url: String?

    @Flag(help: "Print one JSON object, for programs.")
    var json = false

    func validate() throws {
        guard workflows > 0, concurrency > 0, agents > 0, batch > 0, batch <= 1000 else {
            throw ValidationError(
                "--workflows, --concurrency, --agents and --batch are more than 0; --batch at most 1000")
        }
    }

    func run() async throws {
        LoggingSystem.bootstrap { label in
            StandardErrorLogHandler(label: label, format: .text, level: .error)
        }
        guard let url else { return try await runWithOwnService() }
        try await measure(url)
    }

    private func runWithOwnService() async throws {
        let folder = try Folder.makeTemporary()
        defer { Folder.remove(folder) }
        var settings = try ServeSettings.read(from: try SettingSources(commandLine: [.listen: ["127.0.0.1:0"]]))
        settings.redis = .own(folder: folder, durability: .everysec)
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        let service = try Service(settings, metrics: metrics, logger: Logger(label: "ganglion"))
        let address = try await service.listen()[0]
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            group.addTask { try await measure("http://\(address)") }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private func measure(_ url: String) async throws {
        let run = BenchRun(url: url, concurrency: concurrency, agents: agents, batch: batch, isSilent: json)
        let result = try await run.run(workflows)
        for line in json ? [result.json] : result.lines { Terminal.standard.print(line) }
        if result.errors > 0 { throw ExitCode.failure }
    }
}
