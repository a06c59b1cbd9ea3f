import ArgumentParser
import CoreMetrics
import GanglionClient
import Logging
import RedisStreams
import ServiceAPI
import Sockets

/// `ganglion demo`: a service, agents, and real documents.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch real documents go through a pipeline of agents.",
        discussion: """
            Starts a service on a Redis of its own, four kinds of agents as clients of its HTTP API, and a workflow \
            for each document: classify, extract and validate, summarize. The agents work on the text itself; no model \
            is asked. One document is damaged on purpose: a person is asked about it, and the demo shows how to answer.

                ganglion demo
                ganglion demo --once
                ganglion demo ~/contracts

            With --once it answers itself, and ends; its status is 0 only if every workflow was completed. Otherwise \
            it serves on until Ctrl-C.
            """)

    @Argument(
        help: ArgumentHelp(
            "A folder of text files, or a file (default: \(DemoDocument.licences)).", valueName: "path"))
    var path: String?

    @Flag(help: "Resolve the escalation, and end when all documents are done.")
    var once = false

    @Option(
        help: ArgumentHelp(
            "Where the service listens (default: 127.0.0.1:8080; with --once any free port).", valueName: "address"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the service's Redis, kept at the end (default: a temporary one).", valueName: "folder"))
    var data: String?

    func run() async throws {
        let (documents, skipped) = try read()
        var settings = try ServeSettings.read(
            from: try SettingSources(commandLine: [
                .listen: [listen ?? (once ? "127.0.0.1:0" : "127.0.0.1:8080")]
            ]))
        let temporary = data == nil ? try Folder.makeTemporary() : nil
        defer { temporary.map(Folder.remove) }
        settings.redis = .own(folder: data ?? temporary ?? "", durability: .everysec)
        LoggingSystem.bootstrap { label in
            StandardErrorLogHandler(label: label, format: .text, level: .error)
        }
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        let service = try Service(settings, metrics: metrics, logger: Logger(label: "ganglion"))
        let run = DemoRun(documents: documents, skipped: skipped, isOnce: once)
        if try await !run.run(service) { throw ExitCode.failure }
    }

    private func read() throws(ValidationError) -> (documents: [DemoDocument], skipped: [String]) {
        let path = path ?? DemoDocument.licences
        let found: (documents: [DemoDocument], skipped: [String])
        do throws(SystemError) {
            found = try DemoDocument.read(path)
        } catch {
            throw ValidationError("\(path) cannot be read: \(error); name a folder of text files")
        }
        guard let first = found.documents.first else {
            throw ValidationError("there is no text file at \(path); name a folder that has some")
        }
        return (found.documents + [first.damaged], found.skipped)
    }
}
