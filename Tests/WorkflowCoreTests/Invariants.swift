import JSON
import Testing
import WorkflowCore

/// What holds for every workflow after every transition, whatever came.
struct Invariants {
    /// Each step's `retry.max_attempts`.
    private var maximumAttempts: [Int]
    /// Steps with an entry on their agent queue, as the effects left it.
    private var queued: Set<Int> = []
    private var openEscalations: Set<Int> = []
    private var resolvedEscalations: Set<Int> = []
    private var roundsGranted: [Int: Int] = [:]
    private var lastAttempt: [Int: Int] = [:]

    init(plan: JSONText) {
        maximumAttempts = (JSONNode(plan).member("steps")?.elements ?? []).map(Self.maximumAttempts)
    }

    private static func maximumAttempts(of step: JSONNode) -> Int {
        step.member("retry")?.member("max_attempts")?.int64.map(Int.init) ?? RetryPolicy().maximumAttempts
    }

    mutating func check(_ transition: Transition, of event: Event? = nil, before: Workflow?, after: Workflow) {
        for effect in transition.effects { follow(effect, after) }
        let onQueue = after.steps.indices.filter { after.steps[$0].isOnQueue }
        #expect(queued == Set(onQueue), "a queue entry exists if and only if its task is open")
        let asked = after.steps.compactMap(\.escalation)
        #expect(openEscalations == Set(asked), "an escalation is open if and only if its step waits for it")

        checkAttempts(event, transition, before, after)
        if let before { checkChange(transition, of: event, before, after) }
        checkWaiting(after)
    }

    /// These begin anew, with as many attempts as before.
    mutating func grantRound(to steps: [Int]) {
        for step in steps { roundsGranted[step, default: 0] += 1 }
    }

    private mutating func follow(_ effect: Effect, _ workflow: Workflow) {
        switch effect {
        case .enqueue(let dispatch):
            let step = dispatch.task.step
            #expect(queued.insert(step).inserted, "a task is on its queue once")
            #expect(dispatch.attempt == lastAttempt[step, default: 0] + 1, "attempts are numbered one by one")
            lastAttempt[step] = dispatch.attempt
            for other in workflow.plan.steps[step].after {
                #expect(workflow.steps[other].status.isEnded, "no step starts before what it comes after has ended")
            }
        case .dequeue(let step):
            #expect(queued.remove(step) != nil, "only what is on a queue is taken off")
        case .openEscalation(let escalation):
            #expect(openEscalations.insert(escalation.number).inserted)
            #expect(!resolvedEscalations.contains(escalation.number), "a number is used once")
        case .handleEscalation(_, let number, _, _):
            #expect(openEscalations.contains(number), "only about open escalations something is done")
        case .closeEscalation(_, let number, _):
            #expect(openEscalations.remove(number) != nil, "only an open escalation is closed")
            #expect(resolvedEscalations.insert(number).inserted, "an escalation is resolved at most once")
        case .addStep(_, let definition): maximumAttempts.append(Self.maximumAttempts(of: JSONNode(definition)))
        case .saveResult, .saveOutput, .record, .guide, .forgetGuidance: break
        }
    }

    private mutating func checkAttempts(
        _ event: Event?, _ transition: Transition, _ before: Workflow?, _ after: Workflow
    ) {
        if case .resolve(let number, let resolution) = event, case .retry = resolution.action,
            transition.outcome == .accepted, let step = before?.steps.firstIndex(where: { $0.escalation == number })
        {
            roundsGranted[step, default: 0] += 1
        }
        for step in transition.changedSteps {
            let questions = after.steps[step].attempts.count { $0.asked != nil }
            #expect(questions <= Question.limit, "a step asks no more than it may")
            let allowed = maximumAttempts[step] * (1 + roundsGranted[step, default: 0]) + questions
            #expect(after.steps[step].attempts.count <= allowed, "attempts never exceed the policy")
        }
    }

    private func checkChange(_ transition: Transition, of event: Event?, _ before: Workflow, _ after: Workflow) {
        for (old, new) in zip(before.steps, after.steps) where old.status.isEnded {
            #expect(old == new, "an ended step never changes")
        }
        for (step, result) in before.results {
            #expect(after.results[step] == result, "at most one result is ever accepted for a task")
        }
        if before.status.isTerminal { #expect(transition.isEmpty, "terminal is final") }
        if transition.outcome != .accepted {
            #expect(transition.changedSteps.isEmpty, "what is refused changes nothing")
            #expect(before.checkpointHead == after.checkpointHead, "what is refused changes nothing")
        }
        if case .clock = event, !transition.effects.isEmpty {
            #expect(transition.isDurable, "what time brings about is committed")
        }
    }

    /// Every wait ends: by an answer, a deadline, a cancel, a human.
    private func checkWaiting(_ workflow: Workflow) {
        let isActive = workflow.steps.contains { $0.status.isActive }
        let isAsked = workflow.steps.contains { $0.status == .escalated }
        switch workflow.status {
        case .running: #expect(isActive || workflow.plan.isExternal, "a running workflow has something under way")
        case .escalated: #expect(isAsked && !isActive, "an escalated workflow waits for a human and nothing else")
        case .completed, .failed, .cancelled:
            #expect(workflow.steps.allSatisfy { $0.status.isEnded }, "nothing is left open at the end")
            #expect(workflow.endedAt != nil)
        case .paused: break
        }
        for state in workflow.steps where state.status.isActive {
            #expect(state.deadline != nil, "every wait has a deadline")
        }
    }
}
