import GanglionClient

/// How everything stands at a moment, as `GET /v1/overview` says it.
struct Overview: Hashable, Sendable {
    let at: Timestamp
    let workflows: [String: Int]
    let openEscalations: Int
    let agents: Int
    let slots: Int
    let running: Int
    let nodes: Int
    /// These only grow.
    let completed: Int
    let failed: Int
    let cancelled: Int
    /// The upper bounds of the classes of durations, in milliseconds, and how many workflows fell in each; the last
    /// class has no bound.
    let bounds: [Int]
    let counts: [Int]

    init?(_ document: JSONDocument) {
        guard let at = document["at"].string.flatMap({ Timestamp($0) }) else { return nil }
        self.at = at
        var workflows: [String: Int] = [:]
        for (status, count) in document["workflows"].members { workflows[status] = count.integer }
        self.workflows = workflows
        func number(_ group: String, _ name: String) -> Int { document[group][name].integer ?? 0 }
        openEscalations = number("escalations", "open")
        agents = number("agents", "alive")
        slots = number("agents", "slots")
        running = number("agents", "running")
        nodes = number("nodes", "alive")
        completed = number("finished", "completed")
        failed = number("finished", "failed")
        cancelled = number("finished", "cancelled")
        bounds = document["durations"]["bounds_ms"].elements.compactMap(\.integer)
        counts = document["durations"]["counts"].elements.compactMap(\.integer)
    }

    /// What happened between two of them.
    struct Change: Hashable {
        let elapsed: Duration
        let finished: Int
        private let bounds: [Int]
        private let counts: [Int]

        init?(from first: Overview, to last: Overview) {
            guard last.at > first.at, first.counts.count == last.counts.count else { return nil }
            elapsed = last.at - first.at
            let before = first.completed + first.failed + first.cancelled
            // A node that is gone takes its figures with it.
            finished = max(0, last.completed + last.failed + last.cancelled - before)
            bounds = last.bounds
            counts = zip(first.counts, last.counts).map { max(0, $1 - $0) }
        }

        var perSecond: Double { Double(finished) / (elapsed / .seconds(1)) }

        /// The bound under which so many of the workflows stayed; `nil` if none has ended, or it has none.
        func percentile(_ share: Double) -> Duration? {
            let total = counts.reduce(0, +)
            guard total > 0 else { return nil }
            var left = max(1, Int((Double(total) * share).rounded(.up)))
            for (count, bound) in zip(counts, bounds) {
                left -= count
                if left <= 0 { return .milliseconds(bound) }
            }
            return nil
        }
    }
}
