package import WorkflowCore

/// What became of the wish that a workflow that has ended goes on.
package enum RetryOutcome: Hashable, Sendable {
    case retried
    /// It stands so, from where it cannot be tried again.
    case refused(WorkflowStatus)
}

/// Workflows that have ended without success, and go on.
extension CoordinatorHost {
    /// Begins anew what failed or was cancelled of a workflow, and coordinates it.
    func retry(_ id: WorkflowID, by: String?, reason: String?) async throws(CoordinationError) -> RetryOutcome {
        while true {
            while isArriving(id) { _ = await arrival(of: id) }
            // Its tasks may be taken before the store's answer is here: what is said of them waits for its coordinator.
            arrivals[id] = []
            let node = settings.node
            defer { settle(id, nil, of: node) }
            let outcome = try await reopen(id, by: by, reason: reason)
            if let outcome { return outcome }
        }
    }

    /// `nil` if somebody else was faster.
    private func reopen(
        _ id: WorkflowID, by: String?, reason: String?
    ) async throws(CoordinationError) -> RetryOutcome? {
        let settings = settings
        let found = try await ask(about: id) { () async throws(StoreError) in try await store.workflow(id) }
        guard let stored = found else { throw .unknownWorkflow(id) }
        guard stored.quarantine == nil else { throw .quarantined(id, reason: nil) }
        var workflow = try stored.workflow(plans)
        let before = workflow.status
        guard let transition = workflow.retry(by: by, reason: reason, at: now) else { return .refused(before) }
        let pieces = CommitPieces.of(
            effects: transition.effects, changedSteps: transition.changedSteps, in: workflow)
        let commit = Commit(
            pieces[0], of: workflow, isLast: pieces.count == 1, revision: stored.revision,
            traceparent: stored.traceparent, at: now, settings)
        return try await ask(about: id) { () async throws(StoreError) -> RetryOutcome? in
            let outcome = try await store.reopen(commit)
            guard outcome != .fenced else { return nil }
            settings.taskTypes.list(commit.newTypes)
            let coordinator = Coordinator(
                workflow, revision: stored.revision + 1, committedAt: commit.at, takeovers: stored.takeovers,
                traceparent: stored.traceparent, unstored: pieces.dropFirst(), store: store, settings: settings,
                shifts: shifts, on: loop)
            admit(coordinator)
            announce(commit, of: coordinator, mustCall: outcome == .committedForAgentsHere)
            return .retried
        }
    }
}
