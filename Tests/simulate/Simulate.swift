import ArgumentParser
import Dispatch
import Glibc
import Simulation
import Synchronization

/// Runs simulations of a cluster, one for each of many seeds, and says which of them broke an invariant.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs a simulated cluster once for each of many seeds, and checks that ten invariants hold.",
        discussion: """
            A seed decides all that happens, so that a run can be repeated. Ends with 1 if an invariant was broken.

            example: scripts/simulate --seeds 10000
            example: scripts/simulate --first 4711 --seeds 1 --trace
            """)

    @Option(help: "How many seeds are run.")
    var seeds: UInt64 = 1000

    @Option(help: "The first of them.")
    var first: UInt64 = 1

    @Option(help: "How many are run at once; as many as there are processors, if it is not given.")
    var threads: Int?

    @Option(name: .customLong("until-failures"), help: "Ends as soon as so many seeds broke an invariant.")
    var failureLimit: Int?

    @Flag(help: "Limits what agents may take of each task type.")
    var limited = false

    @Flag(help: "Has steps ask for what only some agents have, and directs tasks to agents.")
    var routed = false

    @Flag(help: "Tells line by line what happened in each run.")
    var trace = false

    @Flag(help: "Runs each seed twice, and checks that the same happens.")
    var twice = false

    @Flag(help: "Prints a JSON object at the end, and nothing before it.")
    var json = false

    func validate() throws {
        guard seeds > 0, seeds <= UInt64.max - first else { throw ValidationError("--seeds is at least 1") }
        guard threads.map({ $0 > 0 }) ?? true else { throw ValidationError("--threads is at least 1") }
        // Two runs are the same only if sets and dictionaries have the same order in both.
        guard unsafe getenv("SWIFT_DETERMINISTIC_HASHING") != nil else {
            throw ValidationError("set SWIFT_DETERMINISTIC_HASHING=1, as scripts/simulate does")
        }
    }

    func run() throws {
        let campaign = Campaign(first: first, count: seeds, failureLimit: failureLimit ?? .max)
        let printer = Printer(isQuiet: json, isTraced: trace, total: seeds)
        let begin = ContinuousClock.now
        let count = threads ?? sysconf(Int32(_SC_NPROCESSORS_ONLN))
        DispatchQueue.concurrentPerform(iterations: count) { _ in
            while let seed = campaign.next() {
                let simulation = Simulation(seed: seed, isLimited: limited, isRouted: routed)
                let report = simulation.run(isTraced: trace)
                var differs = false
                if twice { differs = simulation.run().digest != report.digest }
                campaign.add(report, differs: differs)
                printer.tell(report, differs: differs, done: campaign.totals.seeds, after: begin.duration(to: .now))
            }
        }
        printer.tell(campaign.totals, after: begin.duration(to: .now))
        if campaign.totals.failed > 0 { throw ExitCode.failure }
    }
}
