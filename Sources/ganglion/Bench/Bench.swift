import ArgumentParser
import GanglionClient
import Logging
import RedisStreams

/// `ganglion bench`: how many workflows a second, how long each takes, and what it costs.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how many workflows complete a second, how long they take, and what they cost.",
        discussion: """
            Starts workflows, has agents that do nothing do their tasks, and checks every output; only what was \
            completed counts, after a warm-up. Without --url the service is a process of its own with a Redis of its \
            own that keeps an append-only file: what each of them costs is told apart from what client and agents do, \
            which are this process.

            contract-review: four steps (classify, then extract and validate, then summarize), 1 KB of input

                ganglion bench
                ganglion bench --workflows 20000 --concurrency 500 --agents 8 --json
                ganglion bench --rate 500 --duration 20s

            With --concurrency the next workflow starts when one has ended. With --rate workflows start on time \
            whatever the answers do, and their latency is counted from when they were due: waiting that a slow \
            service causes is not left out (coordinated omission).

            chain: steps one after the other; fan-out: steps beside each other

                ganglion bench chain --steps 50
                ganglion bench fan-out --steps 10000 --workflows 4 --concurrency 1

            shipments: 50,000 updates of one step each, a published day's work

                ganglion bench shipments

            idle: opens workflows whose tasks nobody takes, and tells what each costs in memory

                ganglion bench idle --workflows 100000

            Services that run already, and agents of somebody else:

                ganglion bench --url http://127.0.0.1:8081 --url http://127.0.0.1:8082
                ganglion bench --url http://127.0.0.1:8080 --redis redis://127.0.0.1:6379
                ganglion bench --url http://127.0.0.1:8080 --agents 0

            --coordinator central measures a double of what Ganglion replaces: the same service, but what is stored \
            of all workflows goes through one queue, one event at a time, each when the one before it is answered. It \
            is kinder than a real central orchestrator: agents take tasks past the queue, all cores read requests, \
            and events of one workflow that arrive while it waits are stored together. both compares the two, at 50, \
            200 and 500 at a time unless --concurrency says otherwise.

                ganglion bench --coordinator both
            """)

    @Argument(help: "What is measured.")
    var scenario = Scenario.contractReview

    @Option(
        help: ArgumentHelp(
            "How many workflows are under way at a time (default: 200; fan-out: 8, shipments: 500, idle: 64).",
            valueName: "n"))
    var concurrency: Int?

    @Option(help: ArgumentHelp("How many workflows start a second, whatever the answers do.", valueName: "n"))
    var rate: Double?

    @Option(
        help: ArgumentHelp("For how long workflows are started, such as 20s or 1m.", valueName: "time"),
        transform: BenchSettings.duration)
    var duration: Duration?

    @Option(
        help: ArgumentHelp(
            "How many workflows are measured (default: 5000; chain, fan-out: those of 20,000 steps, shipments: 50,000, "
                + "idle: 10,000; with --rate: those of ten seconds).", valueName: "n"))
    var workflows: Int?

    @Option(help: ArgumentHelp("Steps of a workflow: chain (default: 10), fan-out (default: 100).", valueName: "n"))
    var steps: Int?

    @Option(help: ArgumentHelp("How many agents do the tasks; 0: somebody else's (default: 8).", valueName: "n"))
    var agents: Int?

    @Option(help: ArgumentHelp("How many tasks an agent takes at a time (default: 32).", valueName: "n"))
    var batch: Int?

    @Option(
        help: ArgumentHelp(
            "A service that runs already; may be given several times: clients and agents are spread over them "
                + "(default: one of the command's own).", valueName: "url"))
    var url: [String] = []

    @Option(
        help: ArgumentHelp(
            "The Redis of the services at --url, to tell what it does: \(RedisEndpoint.forms).", valueName: "url"))
    var redis: String?

    @Option(help: "distributed: the product; central: a double of a central orchestrator; both: compare them.")
    var coordinator = CoordinatorChoice.distributed

    @Flag(help: "Print one JSON object for each measurement, on a line of its own.")
    var json = false

    enum CoordinatorChoice: String, CaseIterable, ExpressibleByArgument {
        case distributed, central, both

        var kinds: [CoordinatorKind] {
            switch self {
            case .distributed: [.distributed]
            case .central: [.central]
            case .both: [.central, .distributed]
            }
        }
    }

    func validate() throws {
        _ = try BenchSettings(self)
    }

    func run() async throws {
        LoggingSystem.bootstrap { label in
            StandardErrorLogHandler(label: label, format: .text, level: .error)
        }
        DescriptorLimit.raise()
        let settings = try BenchSettings(self)
        let results = try await Interruption.ends { try await measure(settings) }
        for line in json ? results.map(\.json) : lines(results, settings) { Terminal.standard.print(line) }
        if results.contains(where: { $0.tally.errors > 0 }) { throw ExitCode.failure }
    }

    private func measure(_ settings: BenchSettings) async throws -> [BenchResult] {
        var results: [BenchResult] = []
        for load in settings.loads {
            for kind in settings.coordinators {
                let measurement = Measurement(
                    settings, load, kind, isSilent: json)
                results.append(try await measurement.run())
            }
        }
        return results
    }

    private func lines(_ results: [BenchResult], _ settings: BenchSettings) -> [String] {
        guard settings.coordinators.count == 1 else { return Comparison(results).lines(Terminal.standard) }
        return results.flatMap { $0.lines(Terminal.standard) }
    }
}
