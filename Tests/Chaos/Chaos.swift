import ArgumentParser
import Foundation
import TestKit

/// Kills, freezes and cuts off what Ganglion is made of while it works, and then checks that nothing was lost or done
/// twice.
@main
struct Chaos: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Break things under load, and check what is left.",
        discussion: """
            Starts a Redis, nodes that share it, haproxy before them and agents, and clients that start workflows at a \
            steady rate. Meanwhile processes are killed and frozen, connections cut, slowed and silenced, and agents \
            lost. Then it heals all, waits until nothing is open, and compares what Redis has with what agents and \
            clients noted. Exits with 1 if anything is wrong.

                deploy/chaos --minutes 10 --rate 200
                deploy/chaos --rolling
                deploy/chaos --freeze --json
            """)

    @Flag(help: "What happens: faults of all kinds, nodes stopped one after the other, or nodes frozen for 10 s.")
    var scenario = Scenario.faults

    @Option(help: "How long things break.")
    var minutes = 1.0

    @Option(help: "How many workflows are started a second.")
    var rate = 200.0

    @Option(help: "How many nodes there are, from 1 to 3.")
    var nodes = 3

    @Option(help: "How many agents there are.")
    var agents = 20

    @Option(help: "How many milliseconds a task takes at most (default: 200; none with --rolling).")
    var work: Int?

    @Option(help: "When Redis has a write on disk: everysec, or always, with which its death loses nothing either.")
    var durability = Durability.everysec

    @Option(help: "The same seed gives the same faults in the same order.")
    var seed = UInt64.random(in: 0..<1_000_000)

    @Option(help: "Only faults of this kind; may be given several times.")
    var only: [Fault.Kind] = []

    @Option(help: "The histories of so many workflows are shown that took longest.")
    var slowest = 0

    @Option(help: ArgumentHelp("Keep the nodes' logs in this folder.", valueName: "folder"))
    var logs: String?

    @Flag(help: "Print one JSON object, for programs.")
    var json = false

    func validate() throws {
        guard minutes > 0, rate > 0, agents > 0, slowest >= 0, (work ?? 0) >= 0, (1...3).contains(nodes) else {
            throw ValidationError(
                "--minutes, --rate and --agents are more than 0, --work and --slowest not less; --nodes from 1 to 3")
        }
    }

    func run() async throws {
        let report = try await ChaosRun(options: self).run()
        let lines = json ? [report.json] : report.lines
        for line in lines { print(line) }
        if !report.violations.isEmpty { throw ExitCode.failure }
    }

    /// The program under test: the one that `GANGLION_BINARY` names, or the one that was built beside this.
    static var binary: String {
        if let path = ProcessInfo.processInfo.environment["GANGLION_BINARY"] { return path }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "ganglion").path
    }
}

/// What happens to the cluster.
enum Scenario: String, EnumerableFlag {
    case faults, rolling, freeze
}

/// Redis's `appendfsync`.
enum Durability: String, ExpressibleByArgument, CaseIterable {
    case everysec, always
}

extension Fault.Kind: ExpressibleByArgument {}
