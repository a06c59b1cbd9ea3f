import Logging
import Sockets
import WorkflowCore

/// What a node asks of the coordinators on one loop.
extension CoordinatorHost {
    /// As often as a workflow may change hands while an event is on its way to it.
    private static let deliveryAttempts = 3

    /// Hands an event to the workflow's coordinator. After an interruption it is handed in again: an answer that
    /// counted before is a duplicate then.
    func deliver(_ event: Event, to id: WorkflowID) async throws(CoordinationError) -> Delivery {
        var ending: Coordinator.Ending?
        for _ in 0..<Self.deliveryAttempts {
            switch try await find(id) {
            case .live(let coordinator):
                if let delivery = await coordinator.deliver(event) { return delivery }
                ending = await coordinator.ending
            case .ended(let view):
                var workflow = view.workflow
                return workflow.deliver(event, at: now).delivery
            }
        }
        if case .interrupted(let error) = ending { throw CoordinationError(error) }
        throw .unavailable("the workflow changes hands")
    }

    /// The same for what nobody waits for; what cannot be handed over now is found again in the store.
    func post(_ event: Event, to id: WorkflowID) async {
        do throws(CoordinationError) {
            if case .live(let coordinator) = try await find(id) { await coordinator.post(event) }
        } catch {
            logger.debug("an event was left to the store", metadata: ["workflow": "\(id)", "reason": "\(error)"])
        }
    }

    /// The workflow of a coordinator that is at hand.
    func view(of id: WorkflowID) async -> WorkflowView? { await coordinator(of: id)?.view() }

    /// `nil` if nothing was heard in time, or the store has to be asked.
    func news(of id: WorkflowID, after revision: Int?, within duration: Duration) async -> WorkflowView? {
        guard !isDraining else { return nil }
        guard let coordinator = coordinator(of: id) else {
            // It has ended a moment ago, or the store could not be asked.
            await wake(id)
            await loop.pause(for: min(duration, .milliseconds(10)))
            return nil
        }
        return await coordinator.news(after: revision, within: duration)
    }
}
