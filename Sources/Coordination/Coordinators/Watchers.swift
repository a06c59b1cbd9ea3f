import WorkflowCore

/// What somebody waits for. The end of the workflow is always part of it.
package enum News: Hashable, Sendable {
    case revision(above: Int)
    case end
    /// The end of all these steps.
    case endOfSteps([String])

    func isIn(_ view: WorkflowView) -> Bool {
        let workflow = view.workflow
        if workflow.status.isTerminal { return true }
        switch self {
        case .revision(let known): return view.revision > known
        case .end: return false
        case .endOfSteps(let ids):
            return ids.allSatisfy { id in
                workflow.plan.ordinals[id].map { workflow.steps[$0].status.isEnded } ?? false
            }
        }
    }
}

/// Who waits for news of a workflow at its coordinator.
struct Watchers {
    private var watchers: [(news: News, waiter: Waiter<WorkflowView>)] = []

    var isEmpty: Bool { watchers.isEmpty }

    mutating func add(_ waiter: Waiter<WorkflowView>, for news: News) { watchers.append((news, waiter)) }

    mutating func remove(_ waiter: Waiter<WorkflowView>) { watchers.removeAll { $0.waiter === waiter } }

    /// Tells those to whom the view is news.
    mutating func tell(_ view: WorkflowView) {
        watchers.removeAll { watcher in
            guard watcher.news.isIn(view) else { return false }
            watcher.waiter.resume(view)
            return true
        }
    }

    /// There will be no news here.
    mutating func dismiss() {
        for watcher in watchers { watcher.waiter.resume(nil) }
        watchers = []
    }
}
