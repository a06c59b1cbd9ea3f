import JSON
import WorkflowCore

/// Workflows that nobody can go on with, as quarantine.lua and decide.lua have them.
extension MemoryStore.State {
    mutating func quarantine(_ quarantine: Quarantine, at now: Instant) -> QuarantineOutcome {
        guard var run = runs[quarantine.workflow] else { return .fenced }
        // Sent once more after its reply was lost.
        if run.quarantine != nil { return .quarantined }
        guard run.owner == quarantine.node else { return .fenced }
        guard !run.status.isTerminal else { return .ended }
        run.owner = nil
        run.status = .escalated
        run.revision += 1
        run.committedAt = quarantine.at
        run.quarantine = quarantine.failure
        run.escalations[quarantine.escalation.number] = MemoryStore.AskedQuestion(
            openedAt: quarantine.at, question: quarantine.question, name: run.name, labels: run.labelsText)
        record([quarantine.event], of: quarantine.workflow, on: &run, at: now)
        sendBackMail(of: run)
        runs[quarantine.workflow] = run
        disown(quarantine.workflow, quarantine.node)
        dropMail(of: quarantine.workflow, at: quarantine.node)
        tell(.workflow(quarantine.workflow), .changed(quarantine.workflow, revision: run.revision))
        return .quarantined
    }

    mutating func decide(_ decision: QuarantineDecision, at now: Instant) -> DecisionOutcome {
        let id = decision.workflow
        guard var run = runs[id], let known = run.escalations[decision.escalation.number] else { return .unknown }
        // The same one was sent once more after its reply was lost, or somebody was faster.
        guard run.quarantine != nil else { return known.resolution == decision.resolution ? .done : .decidedBefore }
        guard known.handled == decision.handled else { return .changed }
        run.quarantine = nil
        run.owner = decision.node
        run.revision += 1
        run.committedAt = decision.at
        run.escalations[decision.escalation.number]?.resolution = decision.resolution
        record(decision.events, of: decision.workflow, on: &run, at: now)
        if let forgetAt = decision.forgetAt {
            fail(&run, decision)
            retireMail(of: id, on: &run)
            expiry[.workflow(id)] = forgetAt
        } else {
            let isEscalated = JSONNode(run.head).member("status")?.string == WorkflowStatus.escalated.rawValue
            run.status = isEscalated ? .escalated : .running
            own(id, decision.node)
            if !run.mailbox.isEmpty { inboxes[decision.node, default: []].insert(id) }
        }
        runs[id] = run
        tell(.workflow(id), .changed(id, revision: run.revision))
        return .done
    }

    mutating func handle(_ change: HandlingChange, at now: Instant) -> HandlingOutcome {
        let (id, number) = (change.escalation.workflow, change.escalation.number)
        guard var run = runs[id], let known = run.escalations[number] else { return .unknown }
        // Sent once more after its reply was lost.
        if known.handled == change.handling.encoded { return .done }
        if known.resolution != nil { return .resolved }
        guard known.handled == change.former else { return .changed }
        run.escalations[number]?.handle(change.handling, change.comment)
        record([change.event], of: change.escalation.workflow, on: &run, at: now)
        runs[id] = run
        tell(.workflow(id), .changed(id, revision: run.revision))
        return .done
    }

    private mutating func fail(_ run: inout MemoryStore.Run, _ decision: QuarantineDecision) {
        for place in run.places.values { leaveQueue(place) }
        run.places = [:]
        for number in run.escalations.keys where run.escalations[number]?.resolution == nil {
            run.escalations[number]?.resolution = decision.cancellation
        }
        run.status = .failed
        let escalations = JSONNode(run.head).member("escalations")?.int64 ?? 0
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("status", WorkflowStatus.failed.rawValue)
            writer.field("created_at", run.createdAt.milliseconds)
            writer.field("escalations", escalations)
            writer.field("ended_at", decision.at.milliseconds)
            writer.field("failure", raw: decision.failureText)
        }
        run.head = writer.text
    }
}
