/// What a measurement gave.
struct BenchResult: Sendable {
    let settings: BenchSettings
    let load: Load
    let coordinator: CoordinatorKind
    let elapsed: Duration
    let tally: Tally
    let cost: Cost
    /// What the measurement's own service logged that is not as it should be.
    var warnings: [String] = []

    init(
        settings: BenchSettings, load: Load, coordinator: CoordinatorKind, elapsed: Duration, tally: Tally, cost: Cost
    ) {
        self.settings = settings
        self.load = load
        self.coordinator = coordinator
        self.elapsed = elapsed
        self.tally = tally
        self.cost = cost
    }

    var seconds: Double { elapsed / .seconds(1) }
    var workflowsPerSecond: Double { seconds > 0 ? Double(tally.completed) / seconds : 0 }
    /// `nil` where none was to be done.
    var stepsPerSecond: Double? { seconds > 0 && tally.steps > 0 ? Double(tally.steps) / seconds : nil }

    func milliseconds(perWorkflow duration: Duration?) -> Double? {
        guard let duration, tally.completed > 0 else { return nil }
        return duration / .milliseconds(1) / Double(tally.completed)
    }

    func microseconds(perStep duration: Duration?) -> Double? {
        guard let duration, tally.steps > 0 else { return nil }
        return duration / .microseconds(1) / Double(tally.steps)
    }

    /// How many cores were at work for it on average.
    func cores(_ duration: Duration?) -> Double? {
        guard let duration, seconds > 0 else { return nil }
        return duration / .seconds(1) / seconds
    }

    func perWorkflow(_ count: Int?) -> Double? {
        guard let count, tally.completed > 0 else { return nil }
        return Double(count) / Double(tally.completed)
    }

    // MARK: Memory

    var serviceBytesPerWorkflow: Double? {
        perWorkflow(difference(cost.before.service?.residentBytes, cost.after.service?.residentBytes))
    }
    /// By what it asked its allocator for, which unlike the resident set follows what it holds exactly.
    var redisBytesPerWorkflow: Double? {
        perWorkflow(difference(cost.before.redis?.usedBytes, cost.after.redis?.usedBytes))
    }

    private func difference(_ before: Int?, _ after: Int?) -> Int? {
        guard let before, let after else { return nil }
        return after - before
    }
}
