import JSON
package import Sockets
package import WorkflowCore

/// Why a workflow is not further on.
extension Node {
    package struct Explanation: Sendable {
        package let view: WorkflowView
        package let steps: [ExplainedStep]
        /// When it was so.
        package let at: Instant
    }

    package struct ExplainedStep: Sendable {
        package let facts: StepFacts
        package let reason: StepReason
    }

    /// For each open step, in the plan's order, what holds it up.
    package func explain(_ id: WorkflowID, on loop: EventLoop) async throws(CoordinationError) -> Explanation {
        let view = try await workflow(id, on: loop)
        let queued = view.workflow.steps.indices.filter { view.workflow.steps[$0].status == .queued }
        let pools = try await pools(of: Set(queued.compactMap { view.workflow.taskType(of: $0) }), on: loop)
        let (tasks, questions) = try await ask(loop) { store throws(StoreError) in
            let tasks = queued.isEmpty ? [] : try await store.queued(of: id, steps: queued)
            return (tasks, try await openQuestions(of: view, in: store))
        }
        let heard = try await heard(of: view, on: loop)
        let task = Dictionary(tasks.map { ($0.step, $0) }) { first, _ in first }
        let quarantine = view.quarantine.map { _ in EscalationID.quarantine(of: id) }
        let steps = view.workflow.steps.indices.compactMap { step -> ExplainedStep? in
            var facts = view.workflow.facts(of: step)
            guard !facts.state.status.isEnded else { return nil }
            let question = quarantine ?? facts.state.escalation.map { EscalationID(workflow: id, number: $0) }
            facts.question = question.map { OpenQuestion(id: $0, since: questions[$0]) }
            facts.heardAt = heard[step]
            if let pool = facts.taskType.flatMap({ pools[$0] }), let task = task[step] {
                let requires = view.workflow.plan.steps[step].behavior.requires
                facts.queue = QueueFacts(status: pool.status, agents: pool.agents, task: task, requires: requires)
            }
            return StepReason(facts).map { ExplainedStep(facts: facts, reason: $0) }
        }
        return Explanation(view: view, steps: steps, at: clock.now(at: loop.now))
    }

    /// When each running step was last heard of: a step that has to be heard of by the task, others by their agent.
    private func heard(of view: WorkflowView, on loop: EventLoop) async throws(CoordinationError) -> [Int: Instant] {
        let steps = view.workflow.steps
        let running = steps.indices.filter { steps[$0].status == .running }
        guard !running.isEmpty else { return [:] }
        let watched = Set(view.workflow.stepsHeardOf)
        let agents = Set(running.filter { !watched.contains($0) }.compactMap { steps[$0].attempt?.agent })
        return try await ask(loop) { store throws(StoreError) in
            var heard: [Int: Instant] = [:]
            if !watched.isEmpty {
                let found = try await store.surroundings(
                    of: view.workflow.id, steps: watched.sorted(), after: .beginning)
                for take in found.takes { heard[take.step] = take.heardAt }
            }
            var lastOf: [AgentID: Instant] = [:]
            for agent in agents.sorted(by: { $0.description < $1.description }).prefix(Self.agentsAskedFor) {
                lastOf[agent] = try await store.agent(agent)?.heartbeatAt
            }
            for step in running {
                let known = watched.contains(step) ? heard[step] : steps[step].attempt?.agent.flatMap { lastOf[$0] }
                heard[step] = [known, steps[step].long.heardAt, steps[step].progress?.at].compactMap(\.self).max()
            }
            return heard
        }
    }

    /// Each is a question of its own to the store.
    private static let agentsAskedFor = 100

    private func pools(of types: Set<String>, on loop: EventLoop) async throws(CoordinationError) -> [String: Pool] {
        guard !types.isEmpty else { return [:] }
        return try await ask(loop) { store throws(StoreError) in
            let agents = try await store.pool()
            var pools: [String: Pool] = [:]
            for type in types {
                guard let status = try await store.taskType(type) else { continue }
                pools[type] = Pool(status: status, agents: agents.filter { $0.isCapable(of: type) })
            }
            return pools
        }
    }

    /// Since when each open question of the workflow is asked.
    private func openQuestions(
        of view: WorkflowView, in store: any WorkflowStore
    ) async throws(StoreError) -> [EscalationID: String] {
        guard view.quarantine != nil || view.workflow.steps.contains(where: { $0.escalation != nil }) else {
            return [:]
        }
        var questions: [EscalationID: String] = [:]
        var request = PageRequest(limit: PageRequest.longest)
        while true {
            let page = try await store.escalations(EscalationFilter(workflow: view.workflow.id), request)
            for question in page.elements {
                questions[question.id] = JSONNode(question.question).member("opened_at")?.string
            }
            guard let next = page.next else { return questions }
            request = PageRequest(cursor: next, limit: PageRequest.longest)
        }
    }
}

extension Workflow {
    fileprivate func taskType(of step: Int) -> String? { plan.steps[step].behavior.taskType }

    /// What the checkpoint knows of a step.
    fileprivate func facts(of step: Int) -> StepFacts {
        var facts = StepFacts(id: plan.steps[step].id, state: steps[step])
        facts.taskType = taskType(of: step)
        if steps[step].status == .pending {
            facts.waitsFor = plan.steps[step].after.filter { !steps[$0].status.isEnded }.map { plan.steps[$0].id }
        }
        return facts
    }
}
