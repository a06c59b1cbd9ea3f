package import JSON
package import Sockets
package import WorkflowCore

/// Plans: checked without being run, and read as they were accepted.
extension Node {
    /// What a workflow was started with, and what was added to it since.
    package struct AcceptedPlan: Sendable {
        /// With what its task types' settings gave to its steps.
        package let plan: JSONText
        package let input: JSONText
        /// The definitions of added steps, in their order.
        package let added: [JSONText]
    }

    /// Checks a plan as `start` does, and starts nothing.
    package func check(_ body: JSONText) throws(CoordinationError) -> Plan {
        do throws(PlanRejected) {
            return try Plan(taskTypes.filled(body))
        } catch {
            throw .rejected(error.problems)
        }
    }

    package func plan(of id: WorkflowID, on loop: EventLoop) async throws(CoordinationError) -> AcceptedPlan {
        try checkReady()
        let stored = try await ask(loop) { store throws(StoreError) in try await store.workflow(id) }
        guard let stored else { throw .unknownWorkflow(id) }
        let added = stored.added.sorted { $0.key < $1.key }.map(\.value)
        return AcceptedPlan(plan: stored.plan, input: stored.input, added: added)
    }
}
