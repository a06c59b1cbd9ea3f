import JSON
import Logging
import Sockets
import WorkflowCore

/// What people do about workflows in quarantine. Nobody coordinates these, so that each change is made from what was
/// read, and begun anew if it is not that any more.
extension CoordinatorHost {
    /// So often at most: whoever loses each time is told to ask again.
    private static let triesAtMost = 8

    func handle(_ act: HandlingAct, of id: WorkflowID) async throws(CoordinationError) -> Outcome {
        for _ in 0..<Self.triesAtMost {
            guard let found = try await question(of: id) else { return .refused(.unknownEscalation) }
            if found.resolution != nil { return .refused(.alreadyResolved) }
            var handling = found.handling
            let now = now
            let outcome = handling.apply(act, at: now)
            guard outcome == .accepted else { return outcome }
            var event = act.event(after: handling, at: now)
            event.escalation = found.id.number
            let change = HandlingChange(
                escalation: found.id, former: found.handled, handling: handling, comment: act.comment(at: now),
                event: event.json(of: id))
            switch try await ask(about: id, { () async throws(StoreError) in try await store.handle(change) }) {
            case .done: return .accepted
            case .changed: continue
            case .resolved: return .refused(.alreadyResolved)
            case .unknown: return .refused(.unknownEscalation)
            }
        }
        throw .unavailable("others change the escalation at the same time")
    }

    /// Does with it what a person decided.
    func decide(_ resolution: Resolution, of id: WorkflowID) async throws(CoordinationError) -> Outcome {
        let action: QuarantineDecision.Action
        switch resolution.action {
        case .retry(nil): action = .retry
        case .fail: action = .fail(forgetAt: now + settings.retention)
        case .retry, .complete, .skip, .answer:
            guard try await question(of: id) != nil else { return .refused(.unknownEscalation) }
            throw .rejected([resolution.action.problemInQuarantine])
        }
        for _ in 0..<Self.triesAtMost {
            guard let found = try await question(of: id) else { return .refused(.unknownEscalation) }
            if found.resolution == nil {
                var handling = found.handling
                // One person is enough: what the plan says of its steps cannot be read.
                if case .refused(let refusal) = handling.decide(resolution, at: now) { return .refused(refusal) }
            }
            var decision = QuarantineDecision(
                workflow: id, node: settings.node, action: action, by: resolution.by, reason: resolution.reason,
                at: now)
            decision.handled = found.handled
            let outcome = try await ask(about: id) { [decision] () async throws(StoreError) in
                try await store.decide(decision)
            }
            switch outcome {
            case .unknown: return .refused(.unknownEscalation)
            case .decidedBefore: return .refused(.alreadyResolved)
            case .changed: continue
            case .done:
                failures.forget(id)
                settings.metrics.decided(action)
                if action == .retry {
                    doubtful.insert(id)
                    await wake(id)
                }
                return .accepted
            }
        }
        throw .unavailable("others change the escalation at the same time")
    }

    private func question(of id: WorkflowID) async throws(CoordinationError) -> StoredEscalation? {
        try await ask(about: id) { () async throws(StoreError) in try await store.escalation(.quarantine(of: id)) }
    }
}

extension Resolution.Action {
    /// Only a step can have another payload or a result.
    fileprivate var problemInQuarantine: JSONProblem {
        if case .retry = self {
            return JSONProblem(pointer: "/payload", detail: "a workflow in quarantine is retried without a payload")
        }
        let allowed = "a workflow in quarantine is resolved with 'retry' or 'fail'"
        return JSONProblem(pointer: "/action", detail: allowed)
    }
}
