import Simulation
import TestKit
import Testing

/// Each on a thread of its own: a run never waits, and would keep all other tests from theirs.
@Suite("Simulated clusters", .serialized, .timeLimit(.minutes(5)))
struct SimulationTests {
    @Test("All invariants hold, whatever goes wrong")
    func invariants() async {
        for seed in UInt64(1)...100 {
            let report = await blocking { Simulation(seed: seed).run() }
            let violations = report.violations.map(\.description).joined(separator: "\n")
            #expect(violations.isEmpty, "scripts/simulate --first \(seed) --seeds 1 --trace\n\(violations)")
            #expect(report.workflows > 0 && report.commits > 0)
        }
    }

    @Test("All invariants hold where agents may take only so much, and by turns")
    func limits() async {
        for seed in UInt64(2000)...2025 {
            let report = await blocking { Simulation(seed: seed, isLimited: true).run() }
            let violations = report.violations.map(\.description).joined(separator: "\n")
            #expect(violations.isEmpty, "scripts/simulate --first \(seed) --seeds 1 --limited --trace\n\(violations)")
        }
    }

    @Test("All invariants hold where not every agent may take every task, and tasks are directed to agents")
    func routes() async {
        for seed in UInt64(3000)...3025 {
            let report = await blocking { Simulation(seed: seed, isRouted: true).run() }
            let violations = report.violations.map(\.description).joined(separator: "\n")
            #expect(violations.isEmpty, "scripts/simulate --first \(seed) --seeds 1 --routed --trace\n\(violations)")
        }
    }

    @Test("The runs are rough: nodes die, are taken for dead and are refused")
    func roughness() async {
        let reports = await blocking { (1000...1020).map { Simulation(seed: $0).run() } }
        #expect(reports.reduce(0) { $0 + $1.takeovers } > 10)
        #expect(reports.reduce(0) { $0 + $1.fenced } > 2)
        #expect(Set(reports.map(\.digest)).count == reports.count)
    }

    /// In a process of its own: sets and dictionaries have the same order twice only where nobody shuffles it.
    @Test("The same seed makes the same happen again")
    func determinism() async throws {
        let (process, output) = try ProcessOutput.run(
            SimulateBinary.path, ["--seeds", "20", "--first", "77", "--twice"],
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
        try await output.end.wait(within: .seconds(120))
        #expect(await process.waitForEnd() == 0, "\(output.lines.events)")
        #expect(output.lines.events.contains { $0.hasPrefix("20 seeds, 0 of which broke an invariant") })
    }

    @Test("A seed can be looked at line by line, and ends with its digest")
    func trace() async throws {
        let (process, output) = try ProcessOutput.run(
            SimulateBinary.path, ["--seeds", "1", "--first", "5", "--trace"],
            environment: ["SWIFT_DETERMINISTIC_HASHING": "1"])
        try await output.end.wait(within: .seconds(60))
        #expect(await process.waitForEnd() == 0)
        #expect(output.lines.events.contains { $0.contains(" starts wf_0_") })
        #expect(output.lines.events.contains { $0.hasPrefix("seed 5: digest ") })
    }

    @Test("Without the same order of sets in every process it refuses to run")
    func hashing() async throws {
        let (process, output) = try ProcessOutput.run(SimulateBinary.path, ["--seeds", "1"])
        try await output.end.wait(within: .seconds(60))
        #expect(await process.waitForEnd() != 0)
        #expect(output.lines.events.contains { $0.contains("SWIFT_DETERMINISTIC_HASHING=1") })
    }
}
