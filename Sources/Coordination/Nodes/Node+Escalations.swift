package import Sockets
package import WorkflowCore

/// What people do with escalations.
extension Node {
    package func escalation(
        _ id: EscalationID, on loop: EventLoop
    ) async throws(CoordinationError) -> StoredEscalation {
        let found = try await ask(loop) { store throws(StoreError) in try await store.escalation(id) }
        guard let found else { throw .unknownEscalation(id) }
        return found
    }

    package func escalations(
        _ filter: EscalationFilter, _ page: PageRequest, on loop: EventLoop
    ) async throws(CoordinationError) -> Page<StoredEscalation> {
        try await ask(loop) { store throws(StoreError) in try await store.escalations(filter, page) }
    }

    /// Claims it, gives it back, makes it somebody else's, or comments on it.
    package func handle(_ id: EscalationID, _ act: HandlingAct) async throws(CoordinationError) -> Delivery {
        if id.isQuarantine {
            try checkReady()
            return Delivery(outcome: try await host(of: id.workflow).handle(act, of: id.workflow))
        }
        do throws(CoordinationError) {
            return try await deliver(.handle(escalation: id.number, act), to: id.workflow)
        } catch .unknownWorkflow {
            throw .unknownEscalation(id)
        }
    }

    package func resolve(
        _ id: EscalationID, with resolution: Resolution
    ) async throws(CoordinationError) -> Delivery {
        if id.isQuarantine {
            try checkReady()
            return Delivery(outcome: try await host(of: id.workflow).decide(resolution, of: id.workflow))
        }
        do throws(CoordinationError) {
            return try await deliver(.resolve(escalation: id.number, resolution), to: id.workflow)
        } catch .unknownWorkflow {
            throw .unknownEscalation(id)
        }
    }
}
