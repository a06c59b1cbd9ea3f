/// What came of the workflows of a measurement.
struct Tally: Sendable {
    private(set) var completed = 0
    private(set) var steps = 0
    private(set) var errors = 0
    /// Why, and how often; the first few reasons that differ.
    private(set) var reasons: [String: Int] = [:]
    /// From when a workflow was to be started to when its end was known.
    private(set) var workflows = Latencies()
    /// From when a task was put on its queue to when an agent took it, by the service's clock.
    private(set) var dispatches = Latencies()
    /// From when a workflow was due to when its request was made: of an open loop.
    var delays = Latencies()

    private static let mostReasons = 5

    mutating func complete(_ latency: Duration, steps: Int, dispatches durations: [Duration]) {
        completed += 1
        self.steps += steps
        workflows.add(latency)
        for duration in durations { dispatches.add(duration) }
    }

    mutating func fail(_ reason: String) {
        errors += 1
        if reasons.count < Self.mostReasons || reasons[reason] != nil { reasons[reason, default: 0] += 1 }
    }
}
