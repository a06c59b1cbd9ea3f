import JSON
import Logging
import Sockets
import WorkflowCore

/// What becomes of workflows whose coordinators got into trouble: they are gone on with from their checkpoints.
extension CoordinatorHost {
    // MARK: Ends

    /// Sees to what a coordinator leaves behind.
    func follow(_ coordinator: Coordinator, _ ending: Coordinator.Ending) {
        let id = coordinator.id
        if coordinator.assumeIsolated({ $0.hasCommitted }) { failures.forget(id) }
        switch ending {
        // What was abandoned is the store's to tell of, as what any dead node had.
        case .finished, .stopped, .abandoned: failures.forget(id)
        case .asleep(let deadline):
            failures.forget(id)
            putToSleep(id, until: deadline)
        case .fenced:
            failures.forget(id)
            // Or a Redis that has lost its last commits, and then it is still this node's.
            doubtful.insert(id)
            settings.metrics.fenced()
            logger.notice("a commit was refused", metadata: ["workflow": "\(id)"])
        case .interrupted(.unavailable(let reason)):
            restart(id, .interrupted, "a commit's outcome is unknown", reason)
        case .interrupted(.damaged(let reason)):
            failures.add(Failure(code: Failure.damagedCode, message: reason), of: id)
            restart(id, .damaged, "a commit was not done", reason)
        case .stuck:
            let reason = "the store did not answer its coordinator for \(settings.stuckAfter)"
            failures.add(Failure(code: Failure.stuckCode, message: reason), of: id)
            restart(id, .stuck, "a coordinator was given up", reason)
        }
    }

    private func restart(_ id: WorkflowID, _ cause: RestartReason, _ what: Logger.Message, _ reason: String) {
        doubtful.insert(id)
        settings.metrics.restartsCoordinator(cause)
        logger.warning(what, metadata: ["workflow": "\(id)", "reason": "\(reason)"])
    }

    /// Gives up coordinators that have been at work for too long, so that others go on in their place.
    func giveUpStuck() {
        for coordinator in shifts.giveUp(after: settings.stuckAfter, at: loop.now) {
            guard coordinator.assumeIsolated({ $0.ending }) == nil else { continue }
            coordinator.assumeIsolated { $0.giveUp() }
            remove(coordinator, .stuck)
        }
    }

    /// One that was given up heard of the store after all: what it had asked for may be done.
    func checkSuccessor(of coordinator: Coordinator) {
        self.coordinator(of: coordinator.id)?.assumeIsolated { $0.verify() }
    }

    // MARK: Quarantine

    /// Nobody is to try again. Gives what whoever asks for the workflow is told.
    func quarantine(_ id: WorkflowID) async throws(CoordinationError) -> CoordinationError {
        guard let failure = failures.verdict(on: id) else { return .unavailable("the workflow changes hands") }
        let settings = settings
        let quarantine = Quarantine(workflow: id, node: settings.node, at: now, failure: failure)
        let outcome = try await ask(about: id) { () async throws(StoreError) in
            try await store.quarantine(quarantine)
        }
        failures.forget(id)
        doubtful.remove(id)
        switch outcome {
        case .quarantined:
            settings.metrics.quarantined()
            logger.error("a workflow is in quarantine", metadata: ["workflow": "\(id)", "reason": "\(failure)"])
            return .quarantined(id, reason: nil)
        case .fenced: return .unavailable("the workflow changes hands")
        case .ended: return .damaged(failure.message)
        }
    }

    // MARK: Doubts

    /// Resumes a workflow whose coordinator is not at hand, and says whether it could. If that cannot be done now it is
    /// tried again.
    @discardableResult
    func wake(_ id: WorkflowID) async -> Bool {
        do throws(CoordinationError) {
            _ = try await find(id)
            doubtful.remove(id)
            return true
        } catch {
            logger.debug("a workflow was not resumed", metadata: ["workflow": "\(id)", "reason": "\(error)"])
            return false
        }
    }

    /// Goes on with what may be this node's and has no coordinator.
    func resumeDoubtful() async {
        let ids = doubtful
        await withDiscardingTaskGroup { group in
            for id in ids { group.addTask(executorPreference: loop) { await self.wake(id) } }
        }
    }

    /// Messages may have been missed: every coordinator looks for what it was not told.
    func lookAround() {
        for coordinator in coordinators.values { coordinator.assumeIsolated { $0.lookAround() } }
        doubtSleepers()
    }

    /// This node was out of touch with the store, and others may have taken workflows over that are coordinated here:
    /// those that it is not known to own find out.
    func verify(owned: Set<WorkflowID>) {
        for (id, coordinator) in coordinators where !owned.contains(id) {
            coordinator.assumeIsolated { $0.verify() }
        }
    }
}
