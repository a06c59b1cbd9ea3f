import Logging
import Sockets
import WorkflowCore

/// What a node asks of the coordinators on one loop.
extension CoordinatorHost {
    /// As often as a workflow may change hands while an event is on its way to it; and once more than one may fail that
    /// goes into quarantine because of that event.
    private static let deliveryAttempts = FailureCounts.limit + 1

    /// Hands an event to the workflow's coordinator, here or by letter to another node. After an interruption it is
    /// handed in again: an answer that counted before is a duplicate then.
    func deliver(_ event: Event, to id: WorkflowID) async throws(CoordinationError) -> Delivery {
        var reason = CoordinationError.unavailable("the workflow changes hands")
        for _ in 0..<Self.deliveryAttempts {
            if let coordinator = try await coordinatorAtHand(of: id) {
                if let delivery = await coordinator.deliver(event) { return delivery }
                if case .interrupted(let error) = await coordinator.ending { reason = CoordinationError(error) }
                continue
            }
            // What sleeps here is owned here, as far as is known.
            if !sleepers.contains(id) {
                switch try await mail(event, to: id) {
                case .delivery(let delivery): return delivery
                case .again: continue
                case .own: break
                }
            }
            switch try await find(id) {
            case .live(let coordinator):
                if let delivery = await coordinator.deliver(event) { return delivery }
                if case .interrupted(let error) = await coordinator.ending { reason = CoordinationError(error) }
            case .ended(let view):
                var workflow = view.workflow
                return workflow.deliver(event, at: now).delivery
            }
        }
        throw reason
    }

    private enum MailOutcome {
        case delivery(Delivery)
        case again
        /// Nobody else coordinates it.
        case own
    }

    private func mail(_ event: Event, to id: WorkflowID) async throws(CoordinationError) -> MailOutcome {
        let limit = settings.replyTimeout
        let answer = try await settings.correspondence.exchange(event, from: settings.node, within: limit, on: loop) {
            letter throws(CoordinationError) in
            try await send(letter, to: id)
        }
        switch (answer.posting, answer.reply) {
        case (.unknownWorkflow, _): throw .unknownWorkflow(id)
        case (.quarantined, _): throw .quarantined(id, reason: nil)
        case (.ended, _), (.own, _): return .own
        case (.mailed, .delivery(let delivery)): return .delivery(delivery)
        case (.mailed, .again): return .again
        // It is in the mailbox and will be taken in; what became of it is told to whoever asks again.
        case (.mailed, nil): throw .unavailable("the node that coordinates the workflow does not answer")
        }
    }

    private func send(_ letter: Letter, to id: WorkflowID) async throws(CoordinationError) -> Posting {
        try await ask(about: id) { () async throws(StoreError) in
            try await store.send(letter, to: id, from: settings.node)
        }
    }

    /// The same for what nobody waits for; what cannot be handed over now is found again in the store.
    func post(_ event: Event, to id: WorkflowID) async {
        do throws(CoordinationError) {
            if let coordinator = try await coordinatorAtHand(of: id) { return await coordinator.post(event) }
            if !sleepers.contains(id), try await send(Letter(event), to: id) != .own { return }
            if case .live(let coordinator) = try await find(id) { await coordinator.post(event) }
        } catch {
            logger.debug("an event was left to the store", metadata: ["workflow": "\(id)", "reason": "\(error)"])
        }
    }

    // MARK: Messages

    /// There is a letter in a workflow's mailbox.
    func hear(_ letter: MailedLetter, of id: WorkflowID) {
        if let coordinator = coordinator(of: id) {
            coordinator.assumeIsolated { $0.receive(letter) }
        } else {
            add(.receive(letter, id))
        }
    }

    /// Something happened at another node that the store knows: a workflow that is not at hand will find it there.
    func hear(_ event: Event, of id: WorkflowID) {
        if let coordinator = coordinator(of: id) {
            coordinator.assumeIsolated { $0.post(event) }
        } else if isArriving(id) || sleepers.contains(id) {
            add(.post(event, id))
        }
    }

    /// The workflow has mail, of which nobody may have told.
    func checkMail(of id: WorkflowID) {
        if let coordinator = coordinator(of: id) {
            coordinator.assumeIsolated { $0.lookAround() }
        } else {
            add(.receive(nil, id))
        }
    }

    func receive(_ letter: MailedLetter?, of id: WorkflowID) async {
        do throws(CoordinationError) {
            guard case .live(let coordinator) = try await find(id) else { return }
            // It may have been read before the letter was there.
            if let letter { await coordinator.receive(letter) } else { await coordinator.lookAround() }
        } catch {
            logger.debug("a letter was left in its box", metadata: ["workflow": "\(id)", "reason": "\(error)"])
        }
    }

    func passOn(_ call: TaskCall) async {
        do throws(StoreError) {
            try await store.passOn(call, from: settings.node)
        } catch {
            logger.debug("a task was not passed on", metadata: ["task_type": "\(call)", "reason": "\(error)"])
        }
        settings.takes.hasPassedOn(call)
    }

    // MARK: Reading

    /// The workflow of a coordinator that is at hand.
    func view(of id: WorkflowID) async -> WorkflowView? { await coordinator(of: id)?.view() }

    /// `nil` if nothing was heard in time, or the store has to be asked.
    func news(of id: WorkflowID, _ news: News, within duration: Duration) async -> WorkflowView? {
        guard !isDraining else { return nil }
        guard let coordinator = coordinator(of: id) else {
            // It sleeps, it has ended a moment ago, or the store could not be asked.
            await wake(id)
            await loop.pause(for: min(duration, .milliseconds(10)))
            return nil
        }
        return await coordinator.news(news, within: duration)
    }
}
