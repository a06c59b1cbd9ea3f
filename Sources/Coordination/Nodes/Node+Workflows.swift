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
        let (planText, input) = Self.split(body)
        let plan: Plan
        do throws(PlanRejected) {
            plan = try plans.plan(planText)
        } catch {
            throw .rejected(error.problems)
        }
        let id = newWorkflowID(on: loop)
        let start = StartedWorkflow(
            name: plan.name, labels: plan.labels, plan: planText, input: input, idempotencyKey: idempotencyKey)
        switch try await host(of: id).start(id, plan, start, traceparent: traceparent ?? "") {
        case .started: return Started(view: try await workflow(id, on: loop), isNew: true)
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
        guard let stored = try await ask(loop, { store throws(StoreError) in try await store.workflow(id) }) else {
            throw .unknownWorkflow(id)
        }
        return stored.view(of: try stored.workflow(plans))
    }

    /// The workflow when its revision is higher than the given one or, for `nil`, when it has ended; at the latest
    /// after `duration`, as it stands then.
    package func workflow(
        _ id: WorkflowID, newerThan revision: Int?, within duration: Duration, on loop: EventLoop
    ) async throws(CoordinationError) -> WorkflowView {
        let end = loop.now + duration
        var view = try await workflow(id, on: loop)
        while true {
            let isNews = revision.map { view.revision > $0 } ?? false
            let left = end - loop.now
            if isNews || view.workflow.status.isTerminal || left <= .zero || Task.isCancelled || isStopping {
                return view
            }
            if view.node == self.id {
                if let news = await host(of: id).news(of: id, after: revision, within: left) { return news }
            } else {
                // Nobody here hears of its commits.
                await loop.pause(for: min(left, Self.pollInterval))
            }
            view = try await workflow(id, on: loop)
        }
    }

    private static let pollInterval = Duration.milliseconds(250)

    package func cancel(
        _ id: WorkflowID, by: String?, reason: String?
    ) async throws(CoordinationError) -> Delivery {
        try await deliver(.cancel(by: by, reason: reason), to: id)
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
