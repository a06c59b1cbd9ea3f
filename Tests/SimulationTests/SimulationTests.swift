import Simulation
import Testing

@Suite("Simulated clusters", .timeLimit(.minutes(3)))
struct SimulationTests {
    @Test("All invariants hold, whatever goes wrong", arguments: UInt64(1)...10)
    func seeds(seed: UInt64) {
        let report = Simulation(seed: seed).run()
        #expect(report.violations.isEmpty, "scripts/simulate --first \(seed) --seeds 1 --trace")
    }
}
