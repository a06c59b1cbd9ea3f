import JSON

/// How many tasks may be taken in a time, evenly spread: one in each interval, and after a while without any as many
/// at once as the burst allows. In no time of `n` intervals are more than `n + burst` taken.
package struct RateLimit: Hashable, Sendable {
    package let limit: Int
    package let period: Period
    package let burst: Int
    /// Tasks with different keys have a rate of their own each.
    package let key: TaskKey?

    package enum Period: String, Hashable, Sendable, CaseIterable {
        case second, minute

        var microseconds: Int { self == .second ? 1_000_000 : 60_000_000 }
    }

    /// As fast as an interval can be told in whole microseconds without being off by more than a hundredth.
    package static let limitRange = 1...10_000
    package static let burstRange = 1...10_000

    package init(limit: Int, per period: Period, burst: Int = 1, key: TaskKey? = nil) {
        self.limit = limit
        self.period = period
        self.burst = burst
        self.key = key
    }

    /// What lies between two tasks, in microseconds; rounded up, so that the rate is never exceeded.
    package var interval: Int { (period.microseconds + limit - 1) / limit }

    /// Reads `{"limit", "per", "burst", "key"}`.
    init?(_ node: JSONNode, at pointer: String, problems: inout JSONProblems) {
        guard var reader = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let limit = reader.required(integer: "limit", in: Self.limitRange, problems: &problems)
        let hasPeriod = reader.required("per", problems: &problems) != nil
        let period = hasPeriod ? reader.optional(enumerated: "per", as: Period.self, problems: &problems) : nil
        let burst = reader.optional(integer: "burst", in: Self.burstRange, problems: &problems) ?? 1
        let key = TaskKey.optional(&reader, problems: &problems)
        reader.finish(problems: &problems)
        guard let limit, let period else { return nil }
        self.init(limit: limit, per: period, burst: burst, key: key)
    }

    func write(to writer: inout JSONWriter) {
        writer.field("limit", limit)
        writer.field("per", period.rawValue)
        writer.field("burst", burst)
        writer.field("key", optional: key?.source)
    }
}
