import Coordination
import JSON
import WorkflowCore

/// The book of a run: what the store did, as whoever stands beside it sees it, and what was told to clients and agents.
/// Whatever contradicts an invariant is written down.
final class Ledger: @unchecked Sendable {
    // Used, like the world, by one thread only.
    private(set) var violations: [Violation] = []
    private(set) var workflows: [WorkflowID: WorkflowRecord] = [:]
    /// When each node's lease ends.
    private var leases: [NodeID: Instant] = [:]
    /// Who got which attempt.
    private var holders: [TaskID: (attempt: Int, agent: AgentID)] = [:]
    /// The workflows that clients know of, and the keys that they started them with.
    private(set) var acknowledged: Set<WorkflowID> = []
    private var keys: [String: WorkflowID] = [:]
    private(set) var commits = 0
    private(set) var takeovers = 0
    private(set) var fenced = 0

    func report(_ invariant: Invariant, _ text: String) {
        violations.append(Violation(invariant: invariant, text: text))
    }

    // MARK: What the store did

    func started(_ commit: Commit, _ start: StartedWorkflow, _ outcome: StartOutcome, _ after: MemoryStore.State) {
        guard outcome.isStarted, workflows[commit.workflow] == nil else { return }
        guard let plan = try? Plan(start.plan) else { return report(.replay, "the stored plan cannot be read") }
        var record = WorkflowRecord(commit, start.plan, plan)
        violations += record.follow(commit)
        workflows[commit.workflow] = record
        check(commit.workflow, after)
    }

    func committed(
        _ commit: Commit, _ outcome: CommitOutcome, _ before: MemoryStore.State, _ after: MemoryStore.State
    ) {
        guard outcome.isCommitted else {
            fenced += 1
            if before != after { report(.fence, "a commit of \(commit.node) was refused, and changed something") }
            return
        }
        guard var record = workflows[commit.workflow] else {
            return report(.nothingLost, "a commit to the unknown \(commit.workflow) was accepted")
        }
        // Sent once more: done once.
        if commit.nonce == record.nonce {
            if before != after { report(.fence, "the same commit to \(commit.workflow) was done twice") }
            return
        }
        commits += 1
        if commit.node != record.owner {
            report(.fence, "\(commit.node) changed \(commit.workflow), which \(record.owner) owns")
        }
        if commit.revision != record.revision {
            report(.fence, "revision \(commit.revision) of \(commit.workflow) was changed, not \(record.revision)")
        }
        record.revision += 1
        record.nonce = commit.nonce
        violations += record.follow(commit)
        workflows[commit.workflow] = record
        check(commit.workflow, after)
    }

    func claimed(_ id: WorkflowID, by node: NodeID, at now: Instant) {
        guard let record = workflows[id], record.owner != node, !record.status.isTerminal else { return }
        if let end = leases[record.owner], end > now {
            report(.fence, "\(node) took \(id) from \(record.owner), which is alive")
        }
        takeovers += 1
        leases[record.owner] = nil
        workflows[id]?.owner = node
    }

    func extended(_ node: NodeID, to end: Instant) { leases[node] = end }

    func left(_ node: NodeID) { leases[node] = nil }

    func took(_ agent: AgentID, _ tasks: [TakenTask]) {
        for task in tasks {
            let (id, attempt) = (task.dispatch.task, task.dispatch.attempt)
            if let known = holders[id], known.attempt == attempt, known.agent != agent {
                report(.oneResult, "attempt \(attempt) of \(id) was given to two agents")
            }
            if workflows[id.workflow]?.lastAttempt[id.step] != attempt {
                report(.queues, "attempt \(attempt) of \(id) was given, which is not the current one")
            }
            holders[id] = (attempt, agent)
        }
    }

    func check(_ agent: AgentID, _ profile: AgentProfile, mayTake tasks: [TakenTask]) {
        for task in tasks {
            let (id, type) = (task.dispatch.task, task.dispatch.taskType)
            if !profile.meets(task.dispatch.requires, of: type) {
                report(.queues, "\(id) was given to \(agent), which does not have what it requires")
            }
            if case .agent(let other) = task.audience, other != agent {
                report(.queues, "\(id) was given to \(agent), and is directed to \(other)")
            }
        }
    }

    /// What the store has of one workflow against what the commits say.
    private func check(_ id: WorkflowID, _ state: MemoryStore.State) {
        guard var record = workflows[id] else { return }
        if state.revision(of: id) != record.revision {
            report(.fence, "\(id) has revision \(state.revision(of: id) ?? 0) after \(record.revision) commits")
        }
        let entries = state.entries(of: id).map(\.task.step).sorted()
        if entries != record.openSteps {
            report(.queues, "the tasks of steps \(record.openSteps) of \(id) are open; on queues are \(entries)")
        }
        let history = state.history(of: id)
        if !history.starts(with: record.history) { report(.history, "the history of \(id) was changed") }
        record.history = history
        workflows[id] = record
    }

    // MARK: What was told

    func acknowledged(_ id: WorkflowID, key: String?) {
        acknowledged.insert(id)
        if workflows[id] == nil { report(.nothingLost, "\(id) was acknowledged, and is not stored") }
        guard let key else { return }
        if let known = keys.updateValue(id, forKey: key), known != id {
            report(.nothingLost, "the key \(key) started \(known) and \(id)")
        }
    }

    func told(_ view: WorkflowView) {
        let workflow = view.workflow
        guard let record = workflows[workflow.id] else {
            return report(.nothingLost, "\(workflow.id) was shown, and is not stored")
        }
        guard record.statuses[view.revision] == workflow.status else {
            let text = "revision \(view.revision) of \(workflow.id) was shown as \(workflow.status)"
            return report(.nothingLost, "\(text), and is not that")
        }
        for (step, result) in workflow.results where record.results[step] != result {
            report(.oneResult, "a result of step \(step) of \(workflow.id) was shown that is not the stored one")
        }
    }

    func told(_ delivery: Delivery, of event: Event, to id: WorkflowID) {
        guard let record = workflows[id] else {
            return report(.nothingLost, "something was answered of \(id), which is not stored")
        }
        guard delivery.outcome == .accepted || delivery.outcome == .duplicate else {
            return toldRefusal(delivery, of: event, record)
        }
        switch event {
        case .step(let step, .completed(_, _, let result)):
            if record.results[step] != result {
                report(.nothingLost, "a result of step \(step) of \(id) was accepted, and is not stored")
            }
        case .step(let step, .failed(_, _, let failure)):
            if !record.failures.contains(failure.failure.message) {
                report(.nothingLost, "a failure of step \(step) of \(id) was accepted, and is not stored")
            }
        case .step(let step, .asked(_, _, let question)):
            if delivery.escalation.flatMap({ record.questions[$0] }) != question.text {
                report(.nothingLost, "a question of step \(step) of \(id) was accepted, and is not asked")
            }
        case .cancel:
            if record.status != .cancelled { report(.nothingLost, "the end of \(id) was accepted, and is not stored") }
        case .resolve(let number, let resolution):
            let closed = record.closedEscalations[number]
            let votes = (record.handlings[number] ?? []).flatMap(\.votes)
            if votes.contains(where: { $0.resolution == resolution }) { break }
            if closed?.by != resolution.by || closed?.action != resolution.action.name {
                report(.escalations, "a resolution of escalation \(number) of \(id) was accepted, and is not stored")
            }
        case .handle(let number, let act): toldHandled(delivery, act, number, record)
        case .add(let steps):
            for step in JSONNode(steps).elements.compactMap({ $0.member("id")?.string }) {
                guard record.plan.ordinals[step] == nil else { continue }
                report(.nothingLost, "the step \(step) of \(id) was accepted, and is not stored")
            }
        case .finish:
            if record.status != .completed {
                report(.nothingLost, "the end of \(id) was accepted, and is not stored")
            }
        case .step, .clock: break
        }
    }

    private func toldHandled(
        _ delivery: Delivery, _ act: HandlingAct, _ number: Int, _ record: WorkflowRecord
    ) {
        let handlings = record.handlings[number] ?? []
        let isStored =
            switch act.kind {
            case .claim: handlings.contains { $0.claim?.by == act.by }
            case .release: delivery.outcome == .duplicate || handlings.dropFirst().contains { $0.claim == nil }
            case .reassign(let assignee): handlings.contains { $0.assignee == assignee }
            case .comment(let text): record.comments[number]?.contains(text) ?? false
            }
        guard !isStored else { return }
        report(.escalations, "\(act.kind) of escalation \(number) of \(record.id) was accepted, and is not stored")
    }

    private func toldRefusal(_ delivery: Delivery, of event: Event, _ record: WorkflowRecord) {
        switch (delivery.outcome, event) {
        case (.refused(.alreadyAnswered), .step(let step, _)):
            if record.steps[step]?.isEnded != true {
                report(.nothingLost, "step \(step) of \(record.id) was said to have ended, and has not")
            }
            if let result = delivery.acceptedResult, record.results[step] != result {
                report(.oneResult, "a result of step \(step) of \(record.id) was shown that is not the stored one")
            }
        case (.refused(.notHeld), .step(let step, let answer)): toldNotHeld(answer, of: step, record)
        case (.refused(.workflowEnded(let status)), _):
            if record.status != status {
                report(.nothingLost, "\(record.id) was said to be \(status), and is \(record.status)")
            }
        case (.refused(.alreadyResolved), .resolve(let number, _)),
            (.refused(.alreadyResolved), .handle(let number, _)):
            if record.closedEscalations[number] == nil {
                report(.escalations, "escalation \(number) of \(record.id) was said to be resolved, and is open")
            }
        case (.refused(let refusal), .add):
            // Its programs ask for the same steps, each in its turn.
            report(.nothingLost, "a step of \(record.id) was refused: \(refusal)")
        default: break
        }
    }

    /// Whoever was given an attempt that is open may answer it.
    private func toldNotHeld(_ answer: StepEvent, of step: Int, _ record: WorkflowRecord) {
        let (attempt, agent): (Int, AgentID)
        switch answer {
        case .completed(let number, let id, _), .failed(let number, let id, _): (attempt, agent) = (number, id)
        case .progressed(let number, let id, _), .asked(let number, let id, _): (attempt, agent) = (number, id)
        case .acknowledged(let number, let id, _): (attempt, agent) = (number, id)
        case .taken, .heard, .stalled, .guided, .agentGone: return
        }
        guard record.openSteps.contains(step), record.lastAttempt[step] == attempt else { return }
        let task = TaskID(workflow: record.id, step: step)
        guard let holder = holders[task], holder.attempt == attempt, holder.agent == agent else { return }
        report(.nothingLost, "an answer to attempt \(attempt) of \(task) was refused to the agent that holds it")
    }

    // MARK: At the end

    /// When everything had the time to come to its end.
    func close(_ state: MemoryStore.State) {
        for id in acknowledged.sorted(by: { $0.description < $1.description }) where state.stored(id) == nil {
            report(.nothingLost, "\(id) was acknowledged, and is gone")
        }
        for id in state.workflowIDs {
            guard let record = workflows[id], let stored = state.stored(id) else {
                report(.fence, "\(id) is stored, and nobody started it")
                continue
            }
            if !record.status.isTerminal {
                let waiting = record.steps.filter { !$0.value.isEnded }.sorted { $0.key < $1.key }
                report(.waits, "\(id) is \(record.status); its steps: \(waiting.map { "\($0.key) \($0.value)" })")
            }
            check(id, state)
            checkReplay(stored, record)
            for (number, resolution) in state.escalations(of: id) where resolution == nil {
                report(.escalations, "escalation \(number) of \(id) outlived its workflow")
            }
        }
    }

    /// What is stored is what its commits make, and a node that reads it would write the same.
    func checkReplay(_ stored: StoredWorkflow, _ record: WorkflowRecord) {
        let (id, checkpoint) = (record.id, stored.checkpoint)
        if stored.added != record.added { report(.replay, "the added steps of \(id) are not those of its commits") }
        if checkpoint.results != record.results { report(.replay, "the results of \(id) are not those of its commits") }
        guard
            let workflow = try? Workflow(id: id, plan: record.plan, input: stored.input, checkpoint: checkpoint)
        else { return report(.replay, "the checkpoint of \(id) cannot be read") }
        let again = workflow.checkpoint
        if again.head != checkpoint.head || again.steps != checkpoint.steps {
            report(.replay, "a node that reads \(id) would store something else")
        }
        for (step, status) in record.steps where workflow.steps[step].status != status {
            report(.replay, "step \(step) of \(id) is \(workflow.steps[step].status), and was made \(status)")
        }
    }
}
