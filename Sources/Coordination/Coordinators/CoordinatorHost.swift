import JSON
import Logging
import Sockets
import WorkflowCore

/// The coordinators of one loop: started with new workflows, resumed from checkpoints when somebody asks for them.
actor CoordinatorHost {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    let store: any WorkflowStore
    private let settings: CoordinatorSettings
    private let plans: PlanCache
    private var coordinators: [WorkflowID: Coordinator] = [:]
    /// Workflows that are being read, and who waits for them.
    private var arrivals: [WorkflowID: [CheckedContinuation<Result<Found, CoordinationError>, Never>]] = [:]
    private var isStopping = false
    /// Workflows whose coordinator lost the store; they are to be gone on with when it is back.
    private var interrupted: Set<WorkflowID> = []

    private let newcomers: AsyncStream<Newcomer>
    private let door: AsyncStream<Newcomer>.Continuation

    private struct Newcomer: Sendable {
        let coordinator: Coordinator
        let found: [Event]
    }

    enum Found: Sendable {
        case live(Coordinator)
        case ended(WorkflowView)
    }

    init(store: any WorkflowStore, settings: CoordinatorSettings, plans: PlanCache, on loop: EventLoop) {
        self.store = store
        self.settings = settings
        self.plans = plans
        self.loop = loop
        (newcomers, door) = AsyncStream.makeStream()
    }

    var count: Int { coordinators.count }
    var now: Instant { settings.clock.now() }
    nonisolated var logger: Logger { settings.logger }

    func coordinator(of id: WorkflowID) -> Coordinator? { coordinators[id] }

    // MARK: Running

    /// Runs coordinators, each as a task of its own, until all have ended after `stop`.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await newcomer in newcomers {
                group.addTask(executorPreference: loop) {
                    let ending = await newcomer.coordinator.run(newcomer.found)
                    await self.remove(newcomer.coordinator, ending)
                }
            }
        }
    }

    /// Whoever waits for news is answered with what there is.
    func drain() {
        for coordinator in coordinators.values { coordinator.assumeIsolated { $0.answerAllWatchers() } }
    }

    func stop() async {
        isStopping = true
        for coordinator in coordinators.values { await coordinator.stop() }
        door.finish()
    }

    private func admit(_ coordinator: Coordinator, _ found: [Event] = []) {
        coordinators[coordinator.id] = coordinator
        door.yield(Newcomer(coordinator: coordinator, found: found))
    }

    private func remove(_ coordinator: Coordinator, _ ending: Coordinator.Ending) {
        let id = coordinator.id
        if coordinators[id] === coordinator { coordinators[id] = nil }
        switch ending {
        case .finished, .stopped: break
        case .fenced:
            settings.metrics.fenced()
            settings.logger.notice("another node owns the workflow", metadata: ["workflow": "\(id)"])
        case .interrupted(let error):
            interrupted.insert(id)
            settings.logger.warning(
                "a commit's outcome is unknown", metadata: ["workflow": "\(id)", "reason": "\(error)"])
        }
    }

    // MARK: Starting

    /// Stores a new workflow, and coordinates it.
    func start(
        _ id: WorkflowID, _ plan: Plan, _ start: StartedWorkflow, traceparent: String
    ) async throws(CoordinationError) -> StartOutcome {
        guard !isStopping else { throw .unavailable("this node is stopping") }
        let (workflow, transition) = Workflow.start(id: id, plan: plan, input: start.input, at: settings.clock.now())
        let pieces = CommitPieces.of(
            effects: transition.effects, changedSteps: transition.changedSteps, plan: plan)
        let commit = Commit(
            pieces[0], of: workflow, isLast: pieces.count == 1, revision: 0, traceparent: traceparent, settings)
        let outcome: StartOutcome
        do throws(StoreError) {
            outcome = try await store.start(commit, of: start)
        } catch {
            throw CoordinationError(error)
        }
        guard outcome == .started else { return outcome }
        settings.metrics.workflowStarted()
        let coordinator = Coordinator(
            workflow, revision: 1, takeovers: 0, traceparent: traceparent, unstored: pieces.dropFirst(), store: store,
            settings: settings, on: loop)
        admit(coordinator)
        await coordinator.announce(pieces[0])
        return outcome
    }

    // MARK: Finding

    /// The workflow's coordinator, resumed from the checkpoint if it is not at hand.
    func find(_ id: WorkflowID) async throws(CoordinationError) -> Found {
        if let coordinator = coordinators[id] { return .live(coordinator) }
        if arrivals[id] != nil {
            return try await withCheckedContinuation { arrivals[id]?.append($0) }.get()
        }
        arrivals[id] = []
        let result: Result<Found, CoordinationError>
        do throws(CoordinationError) {
            result = .success(try await resume(id))
        } catch {
            result = .failure(error)
        }
        let waiting = arrivals.removeValue(forKey: id) ?? []
        for waiter in waiting { waiter.resume(returning: result) }
        return try result.get()
    }

    private func resume(_ id: WorkflowID) async throws(CoordinationError) -> Found {
        guard !isStopping else { throw .unavailable("this node is stopping") }
        let claimed: ClaimOutcome
        do throws(StoreError) {
            claimed = try await store.claim(id, for: settings.node)
        } catch {
            throw CoordinationError(error)
        }
        switch claimed {
        case .unknown: throw .unknownWorkflow(id)
        case .owned(let node): throw .ownedElsewhere(id, node)
        case .workflow(let stored):
            let workflow = try stored.workflow(plans)
            if workflow.status.isTerminal { return .ended(stored.view(of: workflow)) }
            guard !isStopping else { throw .unavailable("this node is stopping") }
            settings.metrics.workflowResumed()
            let coordinator = Coordinator(
                workflow, revision: stored.revision, takeovers: stored.takeovers, traceparent: stored.traceparent,
                store: store, settings: settings, on: loop)
            let takes = stored.takes.compactMap { take -> Event? in
                guard workflow.steps.indices.contains(take.step), let attempt = workflow.steps[take.step].attempt
                else { return nil }
                return .step(take.step, .taken(attempt: attempt.number, by: take.agent, at: take.at))
            }
            admit(coordinator, takes)
            return .live(coordinator)
        }
    }

    /// Workflows whose coordinator lost the store since this was asked last.
    func takeInterrupted() -> Set<WorkflowID> {
        defer { interrupted = [] }
        return interrupted
    }
}

extension StoredWorkflow {
    func workflow(_ plans: PlanCache) throws(CoordinationError) -> Workflow {
        let plan: Plan
        do throws(PlanRejected) {
            plan = try plans.plan(self.plan)
        } catch {
            throw .damaged("the stored plan of \(id) cannot be read: \(error.problems.first?.detail ?? "")")
        }
        do throws(CheckpointDamaged) {
            return try Workflow(id: id, plan: plan, input: input, checkpoint: checkpoint)
        } catch {
            throw .damaged("\(id): \(error)")
        }
    }

    func view(of workflow: Workflow) -> WorkflowView {
        WorkflowView(workflow: workflow, revision: revision, node: owner, takeovers: takeovers)
    }
}
