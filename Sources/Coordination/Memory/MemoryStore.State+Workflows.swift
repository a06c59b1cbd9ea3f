import JSON
import WorkflowCore

/// Starting, committing and claiming, as start.lua, commit.lua and claim.lua have it.
extension MemoryStore.State {
    mutating func start(_ commit: Commit, of start: StartedWorkflow, at now: Instant) -> StartOutcome {
        // Sent once more after its reply was lost.
        if runs[commit.workflow]?.startedBy == commit.nonce { return .startedForAgentsHere }
        if let key = start.idempotencyKey, !key.isEmpty {
            if let known = keys[key], known.until >= now {
                guard known.plan == start.sentPlan ?? start.plan, known.input == start.input else { return .keyReused }
                // A key may be remembered longer than its workflow.
                if runs[known.workflow] != nil { return .known(known.workflow) }
            }
            keys[key] = MemoryStore.StartKey(
                workflow: commit.workflow, plan: start.sentPlan ?? start.plan, input: start.input,
                until: start.keyLifetime.map { now + $0 } ?? MemoryStore.StartKey.forever)
        }
        var run = MemoryStore.Run(
            name: start.name, labels: start.labels, labelsText: start.labelsText, plan: start.plan, input: start.input,
            traceparent: commit.traceparent, createdAt: commit.createdAt, startedBy: commit.nonce, nonce: commit.nonce,
            owner: commit.node, committedAt: commit.at, status: commit.status, head: commit.head)
        own(commit.workflow, commit.node)
        let calls = perform(commit, on: &run, at: now)
        runs[commit.workflow] = run
        return calls ? .startedForAgentsHere : .started
    }

    mutating func commit(_ commit: Commit, at now: Instant) -> CommitOutcome {
        guard let run = runs[commit.workflow], run.owner == commit.node else { return .fenced }
        // Sent once more after its reply was lost.
        if run.nonce == commit.nonce { return .committedForAgentsHere }
        guard run.revision == commit.revision else { return .fenced }
        return store(commit, on: run, at: now)
    }

    mutating func reopen(_ commit: Commit, at now: Instant) -> CommitOutcome {
        guard var run = runs[commit.workflow] else { return .fenced }
        if run.nonce == commit.nonce { return .committedForAgentsHere }
        guard run.status.isTerminal, run.revision == commit.revision else { return .fenced }
        run.owner = commit.node
        own(commit.workflow, commit.node)
        expiry[.workflow(commit.workflow)] = nil
        return store(commit, on: run, at: now)
    }

    private mutating func store(_ commit: Commit, on run: MemoryStore.Run, at now: Instant) -> CommitOutcome {
        var run = run
        run.revision += 1
        run.committedAt = commit.at
        run.nonce = commit.nonce
        run.status = commit.status
        run.head = commit.head
        let calls = perform(commit, on: &run, at: now)
        runs[commit.workflow] = run
        tell(.workflow(commit.workflow), .changed(commit.workflow, revision: run.revision))
        return calls ? .committedForAgentsHere : .committed
    }

    func workflow(_ id: WorkflowID) -> StoredWorkflow? {
        guard let run = runs[id] else { return nil }
        return StoredWorkflow(
            id: id, plan: run.plan, input: run.input,
            checkpoint: Checkpoint(head: run.head, steps: run.steps, results: run.results, output: run.output),
            revision: run.revision, committedAt: run.committedAt, owner: run.owner, takeovers: run.takeovers,
            traceparent: run.traceparent,
            surroundings: surroundings(of: id, steps: run.places.keys.sorted(), after: .beginning),
            quarantine: run.quarantine, added: run.added)
    }

    mutating func claim(_ id: WorkflowID, for node: NodeID, at now: Instant) -> ClaimOutcome {
        guard let run = runs[id] else { return .unknown }
        if run.quarantine != nil { return .quarantined }
        if let owner = run.owner, owner != node, !run.status.isTerminal {
            guard mayClaim(of: owner, for: node, at: now) else { return .owned(by: owner) }
            moveOwnership(of: id, to: node)
        }
        return workflow(id).map(ClaimOutcome.workflow) ?? .unknown
    }

    /// From here on every commit of the former owner is refused, and so is its next heartbeat.
    mutating func moveOwnership(of id: WorkflowID, to node: NodeID) {
        guard var run = runs[id], let former = run.owner else { return }
        disown(id, former)
        leases[former] = Self.gone
        run.owner = node
        run.takeovers += 1
        runs[id] = run
        own(id, node)
        if dropMail(of: id, at: former) { inboxes[node, default: []].insert(id) }
    }

    /// Whoever owns workflows has a lease, so that its end is noticed.
    mutating func own(_ id: WorkflowID, _ node: NodeID) {
        owned[node, default: []].insert(id)
        leases[node] = leases[node] ?? Self.gone
    }

    /// An empty set is none, as in Redis.
    mutating func disown(_ id: WorkflowID, _ node: NodeID) {
        owned[node]?.remove(id)
        if owned[node]?.isEmpty == true { owned[node] = nil }
    }
}
