/// What came of one seed.
package struct Report: Sendable {
    package let seed: UInt64
    package let violations: [Violation]
    /// The same for two runs of one seed.
    package let digest: UInt64
    /// How much time passed in the simulated world.
    package let time: Duration
    package let steps: Int
    package let workflows: Int
    package let commits: Int
    package let takeovers: Int
    package let fenced: Int
    /// What happened, line by line, if that was asked for.
    package let trace: [String]

    init(seed: UInt64, time: Duration, _ world: World, _ ledger: Ledger) {
        self.seed = seed
        violations = ledger.violations
        digest = world.digest.value
        self.time = time
        steps = world.steps
        workflows = ledger.workflows.count
        commits = ledger.commits
        takeovers = ledger.takeovers
        fenced = ledger.fenced
        trace = world.trace ?? []
    }
}
