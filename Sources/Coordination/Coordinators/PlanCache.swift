package import JSON
import Synchronization
package import WorkflowCore

/// Plans by their text: many workflows have the same, and reading one costs more than everything else at their start.
/// They share its memory as well.
package final class PlanCache: Sendable {
    private let plans = Mutex<[JSONText: Plan]>([:])

    private static let capacity = 256
    /// Larger ones are rarely the same, and would be kept for nothing.
    private static let maximumBytes = 64 * 1024

    package init() {}

    package func plan(_ text: JSONText) throws(PlanRejected) -> Plan {
        guard text.bytes.count <= Self.maximumBytes else { return try Plan(text) }
        if let known = plans.withLock({ $0[text] }) { return known }
        let plan = try Plan(text)
        plans.withLock { plans in
            if plans.count >= Self.capacity { plans.removeAll() }
            plans[text] = plan
        }
        return plan
    }
}
