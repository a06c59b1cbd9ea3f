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
        for _ in 0..<Self.deliveryAttempts {
            switch try await find(id) {
            case .live(let coordinator):
                if let delivery = await coordinator.deliver(event) { return delivery }
            case .ended(let view):
                var workflow = view.workflow
                return workflow.deliver(event, at: now).delivery
            }
        }
        throw .unavailable("the workflow changed hands")
    }

    /// The same for what nobody waits for; what cannot be handed over now is found again in the store.
    func post(_ event: Event, to id: WorkflowID) async {
        do throws(CoordinationError) {
            if case .live(let coordinator) = try await find(id) { await coordinator.post(event) }
        } catch {
            logger.debug("an event was left to the store", metadata: ["workflow": "\(id)", "reason": "\(error)"])
        }
    }

    /// Resumes a workflow whose coordinator is not at hand.
    func wake(_ id: WorkflowID) async {
        do throws(CoordinationError) {
            _ = try await find(id)
        } catch {
            logger.warning("a workflow was not resumed", metadata: ["workflow": "\(id)", "reason": "\(error)"])
        }
    }

    /// The workflow of a coordinator that is at hand.
    func view(of id: WorkflowID) async -> WorkflowView? { await coordinator(of: id)?.view() }

    func news(of id: WorkflowID, after revision: Int?, within duration: Duration) async -> WorkflowView? {
        guard let coordinator = coordinator(of: id) else {
            // It is being resumed, or has ended a moment ago; the store will tell.
            await loop.pause(for: min(duration, .milliseconds(10)))
            return nil
        }
        return await coordinator.news(after: revision, within: duration)
    }
}
