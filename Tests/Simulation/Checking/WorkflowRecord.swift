import Coordination
import JSON
import WorkflowCore

/// What is known of one workflow from the commits that the store accepted, kept apart from the store.
struct WorkflowRecord {
    let id: WorkflowID
    private(set) var plan: Plan
    /// Each step's `retry.max_attempts`.
    private var maximumAttempts: [Int]
    /// The definitions of added steps.
    private(set) var added: [Int: JSONText] = [:]
    var owner: NodeID
    var revision = 1
    var nonce: UInt64
    var status = WorkflowStatus.running
    /// The workflow's status by revision: what a reader may be told.
    var statuses: [Int: WorkflowStatus] = [:]
    var steps: [Int: StepStatus] = [:]
    var results: [Int: JSONText] = [:]
    /// The messages of failures that ended attempts.
    var failures: Set<String> = []
    var lastAttempt: [Int: Int] = [:]
    var attemptCounts: [Int: Int] = [:]
    /// How often a human had a step tried anew.
    var rounds: [Int: Int] = [:]
    /// What agents asked, by the number of the escalation.
    var questions: [Int: String] = [:]
    /// How many attempts of each step ended with a question.
    var questionCounts: [Int: Int] = [:]
    var openEscalations: Set<Int> = []
    var closedEscalations: [Int: ClosedEscalation] = [:]
    /// What people have done about escalations, in the order of its commits, by number.
    var handlings: [Int: [Handling]] = [:]
    /// What people have said about them.
    var comments: [Int: Set<String>] = [:]
    var history: [JSONText] = []

    init(_ commit: Commit, _ text: JSONText, _ plan: Plan) {
        id = commit.workflow
        self.plan = plan
        maximumAttempts = (JSONNode(text).member("steps")?.elements ?? []).map(Self.maximumAttempts)
        owner = commit.node
        nonce = commit.nonce
    }

    private static func maximumAttempts(of step: JSONNode) -> Int {
        step.member("retry")?.member("max_attempts")?.int64.map(Int.init) ?? RetryPolicy().maximumAttempts
    }

    /// Follows a commit that was accepted; gives what is wrong with it.
    mutating func follow(_ commit: Commit) -> [Violation] {
        var found: [Violation] = []
        if status.isTerminal {
            found.append(.init(invariant: .history, text: "\(id) was \(status), and was stored again"))
        }
        status = commit.status
        statuses[revision] = commit.status
        for (step, text) in commit.steps {
            let node = JSONNode(text)
            let status = node.member("status")?.string.flatMap(StepStatus.init(rawValue:)) ?? .pending
            if steps[step]?.isEnded == true, steps[step] != status {
                found.append(.init(invariant: .oneResult, text: "step \(step) of \(id) changed after its end"))
            }
            steps[step] = status
            attemptCounts[step] = node.member("attempts")?.elements.count ?? 0
            if status.isActive, node.member("deadline") == nil {
                found.append(.init(invariant: .waits, text: "step \(step) of \(id) waits without a deadline"))
            }
        }
        for effect in commit.effects { found += follow(effect) }
        for (step, count) in attemptCounts {
            let allowed = maximumAttempts[step] * (1 + rounds[step, default: 0]) + questionCounts[step, default: 0]
            guard count > allowed else { continue }
            found.append(
                .init(invariant: .attempts, text: "step \(step) of \(id) has \(count) attempts, \(allowed) allowed"))
        }
        return found
    }

    private mutating func follow(_ effect: Effect) -> [Violation] {
        switch effect {
        case .enqueue(let dispatch): return enqueue(dispatch)
        case .saveResult(let step, let text):
            guard results.updateValue(text, forKey: step) != nil else { return [] }
            return [.init(invariant: .oneResult, text: "a second result for step \(step) of \(id)")]
        case .openEscalation(let escalation):
            let isNew = openEscalations.insert(escalation.number).inserted
            if case .question(let question) = escalation.cause {
                questions[escalation.number] = question.text
                questionCounts[escalation.step, default: 0] += 1
            }
            handlings[escalation.number] = [escalation.handling]
            guard !isNew || closedEscalations[escalation.number] != nil else { return [] }
            return [.init(invariant: .escalations, text: "escalation \(escalation.number) of \(id) is asked twice")]
        case .closeEscalation(let step, let number, let closed):
            if closed.action == "retry" { rounds[step, default: 0] += 1 }
            let wasOpen = openEscalations.remove(number) != nil
            let isAgain = closedEscalations.updateValue(closed, forKey: number) != nil
            if isAgain || !wasOpen {
                return [.init(invariant: .escalations, text: "escalation \(number) of \(id) is resolved twice")]
            }
            return followEnd(of: number, closed)
        case .handleEscalation(_, let number, let handling, let comment):
            return follow(handling, comment, of: number)
        case .record(let event):
            if let failure = event.failure { failures.insert(failure.message) }
            return []
        case .addStep(let step, let definition): return add(step, definition)
        case .dequeue, .saveOutput, .guide, .forgetGuidance: return []
        }
    }

    private mutating func follow(
        _ handling: Handling, _ comment: Handling.Comment?, of number: Int
    ) -> [Violation] {
        let isNext = handlings[number]?.last.map { handling.version == $0.version + 1 } ?? false
        handlings[number, default: []].append(handling)
        if let comment { comments[number, default: []].insert(comment.text) }
        guard !openEscalations.contains(number) || !isNext else { return [] }
        return [.init(invariant: .escalations, text: "escalation \(number) of \(id) is handled out of turn")]
    }

    /// Nobody decides what somebody else has claimed, or alone what several have to decide.
    private func followEnd(of number: Int, _ closed: ClosedEscalation) -> [Violation] {
        guard let person = closed.by, let handling = handlings[number]?.last else { return [] }
        if handling.quorum > 1 {
            let agreeing = handling.votes.count { $0.resolution.action.name == closed.action }
            guard agreeing < handling.quorum else { return [] }
            return [.init(invariant: .escalations, text: "too few resolved escalation \(number) of \(id)")]
        }
        guard let claim = handling.claim(at: closed.at), claim.by != person else { return [] }
        let text = "\(person) resolved escalation \(number) of \(id), which \(claim.by) has claimed"
        return [.init(invariant: .escalations, text: text)]
    }

    /// Steps are only ever added, one after the other.
    private mutating func add(_ step: Int, _ definition: JSONText) -> [Violation] {
        let isNext = plan.isExternal && step == plan.steps.count
        guard isNext, (try? plan.append(stored: definition)) != nil else {
            return [.init(invariant: .replay, text: "step \(step) was added to \(id), and cannot be")]
        }
        added[step] = definition
        maximumAttempts.append(Self.maximumAttempts(of: JSONNode(definition)))
        return []
    }

    private mutating func enqueue(_ dispatch: TaskDispatch) -> [Violation] {
        let step = dispatch.task.step
        var found: [Violation] = []
        for other in plan.steps[step].after where steps[other]?.isEnded != true {
            found.append(
                .init(invariant: .order, text: "step \(step) of \(id) starts although step \(other) has not ended"))
        }
        if dispatch.attempt != lastAttempt[step, default: 0] + 1 {
            let text = "attempt \(dispatch.attempt) of step \(step) of \(id) follows \(lastAttempt[step, default: 0])"
            found.append(.init(invariant: .attempts, text: text))
        }
        lastAttempt[step] = dispatch.attempt
        return found
    }

    /// The steps whose task is open.
    var openSteps: [Int] { steps.filter { $0.value == .queued || $0.value == .running }.map(\.key).sorted() }
}
