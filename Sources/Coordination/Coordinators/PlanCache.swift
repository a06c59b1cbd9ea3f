package import JSON
import Synchronization
package import WorkflowCore

/// Plans by their text: many workflows have the same, and reading one costs more than everything else at their start.
/// They share its memory as well.
package final class PlanCache: Sendable {
    private let generations = Mutex(Generations())

    /// What was asked for lately, and what was asked for before that. When the first is full it takes the second's
    /// place: what nobody asks for is gone after two of these, and what is asked for again and again never is.
    private struct Generations {
        var young: [JSONText: Plan] = [:]
        var youngBytes = 0
        var old: [JSONText: Plan] = [:]

        mutating func find(_ text: JSONText) -> Plan? {
            if let plan = young[text] { return plan }
            guard let plan = old.removeValue(forKey: text) else { return nil }
            add(plan, text)
            return plan
        }

        mutating func add(_ plan: Plan, _ text: JSONText) {
            if young.count >= PlanCache.capacity || youngBytes + text.bytes.count > PlanCache.maximumBytes {
                old = young
                young = [:]
                youngBytes = 0
            }
            if young.updateValue(plan, forKey: text) == nil { youngBytes += text.bytes.count }
        }
    }

    /// Of one generation. A plan is a multiple of its text.
    private static let capacity = 256
    private static let maximumBytes = 2 << 20
    /// Larger ones are rarely the same, and would be kept for nothing.
    private static let maximumBytesOfPlan = 64 << 10

    package init() {}

    package func plan(_ text: JSONText) throws(PlanRejected) -> Plan {
        guard text.bytes.count <= Self.maximumBytesOfPlan else { return try Plan(text) }
        if let known = generations.withLock({ $0.find(text) }) { return known }
        let plan = try Plan(text)
        generations.withLock { $0.add(plan, text) }
        return plan
    }
}
