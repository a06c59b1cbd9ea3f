import WorkflowCore

/// Mailboxes and messages, as mail.lua, messages.lua and transition.lua have them.
extension MemoryStore.State {
    mutating func send(_ letter: Letter, to id: WorkflowID, from node: NodeID, at now: Instant) -> Posting {
        guard let run = runs[id] else { return .unknownWorkflow }
        if run.quarantine != nil { return .quarantined }
        if run.status.isTerminal { return .ended }
        if let owner = run.owner, mayClaim(of: owner, for: node, at: now) { moveOwnership(of: id, to: node) }
        guard var run = runs[id], let owner = run.owner, owner != node else { return .own }
        let place = StreamPlace(at: now, after: run.lastLetter)
        let mailed = MailedLetter(place: place, letter: letter)
        run.lastLetter = place
        run.mailbox.append(mailed)
        runs[id] = run
        inboxes[owner, default: []].insert(id)
        tell(.node(owner), .mail(id, mailed))
        return .mailed
    }

    func surroundings(of id: WorkflowID, steps: [Int], after place: StreamPlace) -> Surroundings {
        guard let run = runs[id] else { return Surroundings() }
        let takes = steps.compactMap { step -> StoredWorkflow.Take? in
            guard let place = run.places[step], let holder = queues[place.queue]?.holder(of: place.entry) else {
                return nil
            }
            let watch = agents[holder.agent]?.watched[TaskID(workflow: id, step: step)]
            return StoredWorkflow.Take(
                step: step, agent: holder.agent, at: holder.since, heardAt: watch?.heardAt)
        }
        return Surroundings(takes: takes, letters: run.mailbox.filter { $0.place > place })
    }

    /// In the order of their names, so that the same states give the same.
    func inbox(of node: NodeID, limit: Int) -> [WorkflowID] {
        Array((inboxes[node] ?? []).sorted { $0.description < $1.description }.prefix(limit))
    }

    /// A commit takes letters in, and their senders are told.
    mutating func takeIn(_ commit: Commit, on run: inout MemoryStore.Run) {
        for letter in commit.letters {
            run.mailbox.removeAll { $0.place == letter.place }
            // No agent reaches this store itself.
            guard case .node(let node, let number) = letter.reply else { continue }
            tell(.node(node), .reply(number: number, letter.delivery))
        }
        if run.mailbox.isEmpty { dropMail(of: commit.workflow, at: commit.node) }
    }

    /// Whoever sent a letter that came too late is to ask anew.
    mutating func retireMail(of id: WorkflowID, on run: inout MemoryStore.Run) {
        sendBackMail(of: run)
        run.mailbox = []
        if let owner = run.owner { dropMail(of: id, at: owner) }
    }

    /// Whoever waits for what becomes of a letter is to ask anew.
    mutating func sendBackMail(of run: MemoryStore.Run) {
        for mailed in run.mailbox {
            guard case .node(let node, let number) = mailed.letter?.reply else { continue }
            tell(.node(node), .again(number: number))
        }
    }

    /// Whether there was any. An empty set is none, as in Redis.
    @discardableResult
    mutating func dropMail(of id: WorkflowID, at node: NodeID) -> Bool {
        let hadMail = inboxes[node]?.remove(id) != nil
        if inboxes[node]?.isEmpty == true { inboxes[node] = nil }
        return hadMail
    }

    // MARK: Messages

    mutating func tell(_ channel: Channel, _ message: NodeMessage) {
        told.append(MemoryStore.Told(channel: channel, message: message))
    }

    mutating func passOn(_ call: TaskCall, from node: NodeID, at now: Instant) {
        if call.audience == .pool { waiting[call.type]?.remove(node) }
        _ = callAgent(for: call, from: node, at: now)
    }

    /// Whether it is the node's to call an agent of its own.
    mutating func callAgent(for call: TaskCall, from node: NodeID, at now: Instant) -> Bool {
        let type = call.type
        switch call.audience {
        case .agent(let agent):
            tellAgent(agent, toStopAtOtherNodeThan: node)
            return false
        case .pool:
            if waiting[type]?.contains(node) == true { return true }
            waiting[type] = waiting[type]?.filter { isAlive($0, at: now) }
            if let other = waiting[type]?.min(by: { $0.description < $1.description }) {
                tell(.node(other), .task(call))
            }
            return false
        case .meeting:
            for other in waiting[type]?.sorted(by: { $0.description < $1.description }) ?? []
            where other != node && isAlive(other, at: now) {
                tell(.node(other), .task(call))
            }
            return waiting[type]?.contains(node) == true
        }
    }

    mutating func tellAgent(_ agent: AgentID, toStopAtOtherNodeThan node: NodeID) {
        guard let place = agents[agent]?.node, place != node else { return }
        tell(.node(place), .stop(agent))
    }
}
