import WorkflowCore

/// Who waits for news of a workflow at its coordinator.
struct Watchers {
    /// What each knows, or `nil` if it waits for the end.
    private var watchers: [(revision: Int?, waiter: Waiter<WorkflowView>)] = []

    var isEmpty: Bool { watchers.isEmpty }

    mutating func add(_ waiter: Waiter<WorkflowView>, after revision: Int?) { watchers.append((revision, waiter)) }

    mutating func remove(_ waiter: Waiter<WorkflowView>) { watchers.removeAll { $0.waiter === waiter } }

    /// Tells those to whom the view is news.
    mutating func tell(_ view: WorkflowView) {
        watchers.removeAll { watcher in
            let isNews = watcher.revision.map { view.revision > $0 } ?? false
            guard isNews || view.workflow.status.isTerminal else { return false }
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
