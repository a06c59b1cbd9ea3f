package import JSON
package import Sockets
package import WorkflowCore

/// What clients do with workflows.
extension Node {
    /// A workflow that was asked for: started by this request, or by one with the same key before.
    package struct Started: Sendable {
        package let view: WorkflowView
        package let isNew: Bool
    }

    /// Checks a plan, and starts a run of it. `body` is a plan with its input, as the API has it.
    package func start(
        _ body: JSONText, idempotencyKey: String?, traceparent: String?, on loop: EventLoop
    ) async throws(CoordinationError) -> Started {
        try checkStarts()
        let (sentPlan, input) = Self.split(body)
        let planText = taskTypes.filled(sentPlan)
        let plan: Plan
        do throws(PlanRejected) {
            plan = try plans.plan(planText)
        } catch {
            throw .rejected(error.problems)
        }
        let id = newWorkflowID(on: loop)
        // Whoever coordinates from outside comes back with the key for as long as there is something to coordinate.
        let start = StartedWorkflow(
            name: plan.name, labels: plan.labels, plan: planText, input: input, idempotencyKey: idempotencyKey,
            sentPlan: planText == sentPlan ? nil : sentPlan,
            keyLifetime: plan.isExternal ? nil : StartedWorkflow.usualKeyLifetime)
        switch try await host(of: id).start(id, plan, start, traceparent: traceparent ?? "") {
        case .started, .startedForAgentsHere: return Started(view: try await workflow(id, on: loop), isNew: true)
        case .known(let known): return Started(view: try await workflow(known, on: loop), isNew: false)
        case .keyReused: throw .keyReused
        }
    }

    /// The plan without its input, and the input: the same plan is the same text whatever it is run with.
    private static func split(_ body: JSONText) -> (plan: JSONText, input: JSONText) {
        let node = JSONNode(body)
        guard let input = node.member(Plan.inputField) else { return (body, .null) }
        var writer = JSONWriter(reservingCapacity: body.bytes.count)
        writer.object { writer in
            for (name, value) in node.members where name != Plan.inputField { writer.field(name, raw: value.text) }
        }
        return (writer.text, input.text)
    }

    /// One whose coordinator is on the loop that the request came to, so that its start crosses no loop.
    private func newWorkflowID(on loop: EventLoop) -> WorkflowID {
        while true {
            let id = WorkflowID(partition: 0, token: random.token())
            if host(of: id).loop === loop || !hosts.contains(where: { $0.loop === loop }) { return id }
        }
    }

    /// The workflow as committed last.
    package func workflow(_ id: WorkflowID, on loop: EventLoop) async throws(CoordinationError) -> WorkflowView {
        try checkReady()
        if let view = await host(of: id).view(of: id) { return view }
        do throws(CoordinationError) {
            guard let stored = try await ask(loop, { store throws(StoreError) in try await store.workflow(id) }) else {
                throw .unknownWorkflow(id)
            }
            return stored.view(of: try stored.workflow(plans))
        } catch {
            guard case .damaged(let reason) = error else { throw error }
            let question = try await ask(loop) { store throws(StoreError) in
                try await store.escalation(.quarantine(of: id))
            }
            throw question == nil ? error : .quarantined(id, reason: reason)
        }
    }

    /// The workflow when its revision is higher than the given one or, for `nil`, when it has ended; at the latest
    /// after `duration`, as it stands then.
    package func workflow(
        _ id: WorkflowID, newerThan revision: Int?, within duration: Duration, on loop: EventLoop
    ) async throws(CoordinationError) -> WorkflowView {
        try await workflow(id, with: revision.map { .revision(above: $0) } ?? .end, within: duration, on: loop)
    }

    /// The workflow when there are such news; at the latest after `duration`, as it stands then.
    package func workflow(
        _ id: WorkflowID, with news: News, within duration: Duration, on loop: EventLoop
    ) async throws(CoordinationError) -> WorkflowView {
        let end = loop.now + duration
        var view = try await workflow(id, on: loop)
        while true {
            let left = end - loop.now
            if isNews(view, news) || left <= .zero { return view }
            if view.node != self.id {
                return try await changes.watching(id) { () async throws(CoordinationError) in
                    try await watch(id, for: news, until: end, on: loop)
                }
            }
            if let view = await host(of: id).news(of: id, news, within: left) { return view }
            view = try await workflow(id, on: loop)
        }
    }

    /// The same for a workflow that another node coordinates, and whose channel is listened to.
    private func watch(
        _ id: WorkflowID, for news: News, until end: ContinuousClock.Instant, on loop: EventLoop
    ) async throws(CoordinationError) -> WorkflowView {
        while true {
            let mark = changes.mark(id)
            let view = try await workflow(id, on: loop)
            let left = end - loop.now
            if isNews(view, news) || left <= .zero { return view }
            await changes.change(of: id, since: mark, within: min(left, Self.longestSilence), on: loop)
        }
    }

    /// Without a connection no change is heard of.
    static let longestSilence = Duration.seconds(5)

    /// Whether a view is worth being told; everything is when nobody may wait any more.
    private func isNews(_ view: WorkflowView, _ news: News) -> Bool {
        news.isIn(view) || Task.isCancelled || isStopping
    }

    package func cancel(
        _ id: WorkflowID, by: String?, reason: String?
    ) async throws(CoordinationError) -> Delivery {
        try await deliver(.cancel(by: by, reason: reason), to: id)
    }

    /// Begins anew what failed or was cancelled of a workflow that has ended so.
    package func retry(
        _ id: WorkflowID, by: String?, reason: String?
    ) async throws(CoordinationError) -> RetryOutcome {
        try checkStarts()
        return try await host(of: id).retry(id, by: by, reason: reason)
    }

    /// Adds steps to an external workflow; a JSON array of their definitions.
    package func add(_ steps: JSONText, to id: WorkflowID) async throws(CoordinationError) -> Delivery {
        try await deliver(.add(steps: steps), to: id)
    }

    /// Ends an external workflow.
    package func finish(_ id: WorkflowID, _ end: WorkflowEnd) async throws(CoordinationError) -> Delivery {
        try await deliver(.finish(end), to: id)
    }

    package func workflows(
        _ filter: WorkflowFilter, _ page: PageRequest, on loop: EventLoop
    ) async throws(CoordinationError) -> Page<WorkflowSummary> {
        try await ask(loop) { store throws(StoreError) in try await store.workflows(filter, page) }
    }

    package func history(
        of id: WorkflowID, _ page: PageRequest, on loop: EventLoop
    ) async throws(CoordinationError) -> Page<HistoryEntry> {
        let history = try await ask(loop) { store throws(StoreError) in try await store.history(of: id, page) }
        guard let history else { throw .unknownWorkflow(id) }
        return history
    }

    /// Hands an event to the workflow's coordinator, resumed if it has to be, and gives what it says.
    func deliver(_ event: Event, to id: WorkflowID) async throws(CoordinationError) -> Delivery {
        try checkReady()
        return try await host(of: id).deliver(event, to: id)
    }
}
