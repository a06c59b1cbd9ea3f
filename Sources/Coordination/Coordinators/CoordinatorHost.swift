import DequeModule
import JSON
import Logging
import Sockets
import WorkflowCore

/// The coordinators of one loop: started with new workflows, resumed from checkpoints when somebody asks for them.
actor CoordinatorHost {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    let store: any WorkflowStore
    /// Whoever uses them on both sides of an `await` keeps its own: meanwhile the node may have become another one.
    private(set) var settings: CoordinatorSettings
    let plans: PlanCache
    /// Those that wait for the store.
    let shifts = Shifts<Coordinator>()
    var coordinators: [WorkflowID: Coordinator] = [:]
    /// Coordinators whose task has not ended, save those that were given up.
    private var lives = 0
    private var lifeWaiter: CheckedContinuation<Void, Never>?
    /// Workflows that are being read, and who waits for them.
    var arrivals: [WorkflowID: [CheckedContinuation<Result<Found, CoordinationError>?, Never>]] = [:]
    /// Workflows that may be this node's and have no coordinator, because the store could not be asked: it is asked
    /// again as long as it takes.
    var doubtful: Set<WorkflowID> = []
    var failures = FailureCounts()
    var sleepers = Sleepers()
    var sleepersAlarm: (at: Instant, timer: LoopTimer)?
    /// Sleepers of which something may have been missed.
    var restless: Set<WorkflowID> = []

    /// Nobody waits here any more.
    private(set) var isDraining = false
    private var isStopping = false
    /// Nobody is admitted any more.
    private var isClosed = false
    /// Questions to the store of which a coordinator may come.
    private var questions = 0
    private var questionWaiter: CheckedContinuation<Void, Never>?

    /// What is to be done in tasks of their own.
    private var errands = Deque<Errand>()
    private var errandWaiter: CheckedContinuation<Void, Never>?

    enum Errand: Sendable {
        /// A coordinator's life.
        case coordinate(Coordinator, Surroundings)
        /// A workflow whose coordinator was not at hand has mail.
        case receive(MailedLetter?, WorkflowID)
        /// The same for what it is told by a message.
        case post(Event, WorkflowID)
        /// A workflow is to be coordinated again.
        case wake(WorkflowID)
        /// Nobody waits here for tasks of a type.
        case passOn(TaskCall)
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
    }

    var count: Int { coordinators.count }
    var now: Instant { settings.clock.now(at: loop.now) }
    var logger: Logger { settings.logger }

    /// The workflow's coordinator; one that has ended is not.
    func coordinator(of id: WorkflowID) -> Coordinator? {
        guard let coordinator = coordinators[id] else { return nil }
        return coordinator.assumeIsolated { $0.ending } == nil ? coordinator : nil
    }

    // MARK: Running

    /// Runs coordinators, each as a task of its own, until all have ended after `stop`.
    ///
    /// A cancelled task does not keep it from that: whoever waits for a coordinator would wait for ever.
    func run() async {
        await withDiscardingTaskGroup { group in
            while let errand = await nextErrand() {
                if case .coordinate(let coordinator, let found) = errand {
                    begin(coordinator, found)
                } else {
                    group.addTask(executorPreference: loop) { await self.run(errand) }
                }
            }
        }
        while lives > 0 {
            await withCheckedContinuation { waiter in
                if lives > 0 { lifeWaiter = waiter } else { waiter.resume() }
            }
        }
    }

    private func begin(_ coordinator: Coordinator, _ found: Surroundings) {
        lives += 1
        // Not in the group, which would wait for ever for a task that was given up and never wakes.
        Task(executorPreference: loop) {
            let ending = await coordinator.run(found)
            await self.notice(coordinator, ending)
        }
    }

    /// A coordinator's task has ended.
    private func notice(_ coordinator: Coordinator, _ ending: Coordinator.Ending) {
        if ending == .stuck { checkSuccessor(of: coordinator) } else { remove(coordinator, ending) }
    }

    private func run(_ errand: Errand) async {
        switch errand {
        case .coordinate: break
        case .receive(let letter, let id): await receive(letter, of: id)
        case .post(let event, let id): await post(event, to: id)
        case .wake(let id): await wake(id)
        case .passOn(let call): await passOn(call)
        }
    }

    func add(_ errand: Errand) {
        guard !isClosed else { return }
        errands.append(errand)
        wakeErrandWaiter()
    }

    private func nextErrand() async -> Errand? {
        while errands.isEmpty, !isClosed {
            await withCheckedContinuation { waiter in
                guard errands.isEmpty, !isClosed else { return waiter.resume() }
                errandWaiter = waiter
            }
        }
        return errands.popFirst()
    }

    private func wakeErrandWaiter() {
        errandWaiter?.resume()
        errandWaiter = nil
    }

    /// Whoever waits for news is told at once that there are none, and so is whoever comes.
    func drain() {
        isDraining = true
        for coordinator in coordinators.values { coordinator.assumeIsolated { $0.drain() } }
    }

    /// Returns when the last coordinator is admitted, and told to end.
    func stop() async {
        isStopping = true
        stopCoordinators()
        // What is stored now is owned by this node: it has to be known before the node says that it leaves.
        while questions > 0 {
            await withCheckedContinuation { waiter in
                if questions > 0 { questionWaiter = waiter } else { waiter.resume() }
            }
        }
        isClosed = true
        wakeErrandWaiter()
    }

    private func stopCoordinators() {
        for coordinator in coordinators.values { coordinator.assumeIsolated { $0.stop() } }
    }

    func admit(_ coordinator: Coordinator, _ found: Surroundings = Surroundings()) {
        if isStopping { coordinator.assumeIsolated { $0.stop() } }
        if coordinator.node == settings.node {
            coordinators[coordinator.id] = coordinator
        } else {
            // It was made before the node became another one, and is not found any more.
            coordinator.assumeIsolated { $0.abandon() }
        }
        errands.append(.coordinate(coordinator, found))
        wakeErrandWaiter()
    }

    func announce(_ commit: Commit, of coordinator: Coordinator, mustCall: Bool) {
        coordinator.assumeIsolated { $0.announce(commit, mustCall: mustCall) }
    }

    /// Asks the store something of which a coordinator may come.
    func ask<Answer>(
        about id: WorkflowID, _ question: () async throws(StoreError) -> Answer
    ) async throws(CoordinationError) -> Answer {
        guard !isStopping else { throw .unavailable("this node is stopping") }
        questions += 1
        defer {
            questions -= 1
            if questions == 0 {
                questionWaiter?.resume()
                questionWaiter = nil
            }
        }
        do throws(StoreError) {
            return try await question()
        } catch {
            // What was asked may have been done all the same.
            if case .unavailable = error { doubtful.insert(id) }
            throw CoordinationError(error)
        }
    }

    /// Its life is over, or given up.
    func remove(_ coordinator: Coordinator, _ ending: Coordinator.Ending) {
        if coordinators[coordinator.id] === coordinator { coordinators[coordinator.id] = nil }
        lives -= 1
        if lives == 0 {
            lifeWaiter?.resume()
            lifeWaiter = nil
        }
        follow(coordinator, ending)
    }

    /// From here on it coordinates as another node, because others took the former one for dead. Who waits for one of
    /// its coordinators is handed to whoever has the workflow then.
    func goOn(as node: NodeID, logger: Logger) {
        settings.node = node
        settings.logger = logger
        for coordinator in coordinators.values { coordinator.assumeIsolated { $0.abandon() } }
        coordinators = [:]
        sleepers.removeAll()
        restless = []
    }

    // MARK: Starting

    /// Stores a new workflow, and coordinates it.
    func start(
        _ id: WorkflowID, _ plan: Plan, _ start: StartedWorkflow, traceparent: String
    ) async throws(CoordinationError) -> StartOutcome {
        let settings = settings
        let (workflow, transition) = Workflow.start(id: id, plan: plan, input: start.input, at: now)
        let pieces = CommitPieces.of(
            effects: transition.effects, changedSteps: transition.changedSteps, in: workflow)
        let commit = Commit(
            pieces[0], of: workflow, isLast: pieces.count == 1, revision: 0, traceparent: traceparent,
            at: workflow.createdAt, settings)
        // Its first tasks may be taken before the store's answer is here: what is said of them waits for this
        // coordinator, instead of making another one from the checkpoint.
        arrivals[id] = []
        do throws(CoordinationError) {
            return try await ask(about: id) { () async throws(StoreError) in
                let outcome = try await store.start(commit, of: start)
                guard outcome.isStarted else {
                    settle(id, .failure(.unknownWorkflow(id)), of: settings.node)
                    return outcome
                }
                settings.metrics.workflowStarted()
                settings.taskTypes.list(commit.newTypes)
                let coordinator = Coordinator(
                    workflow, revision: 1, committedAt: commit.at, takeovers: 0, traceparent: traceparent,
                    unstored: pieces.dropFirst(), store: store, settings: settings, shifts: shifts, on: loop)
                // As long as the question is open: a node that stops waits for it, and then admits nobody.
                admit(coordinator)
                announce(commit, of: coordinator, mustCall: outcome == .startedForAgentsHere)
                settle(id, .success(.live(coordinator)), of: settings.node)
                return outcome
            }
        } catch {
            settle(id, .failure(error), of: settings.node)
            throw error
        }
    }

    // MARK: Finding

    /// The workflow's coordinator if it is at hand, or will be in a moment.
    func coordinatorAtHand(of id: WorkflowID) async throws(CoordinationError) -> Coordinator? {
        if let coordinator = coordinator(of: id) { return coordinator }
        if arrivals[id] != nil, let result = await arrival(of: id) {
            switch result {
            case .success(.live(let coordinator)): return coordinator
            // A letter reaches it there.
            case .failure(.ownedElsewhere), .success(.ended): break
            case .failure(let error): throw error
            }
        }
        return coordinator(of: id)
    }

    /// Whether its coordinator is being made.
    func isArriving(_ id: WorkflowID) -> Bool { arrivals[id] != nil }

    /// The workflow's coordinator, resumed from the checkpoint if it is not at hand.
    func find(_ id: WorkflowID) async throws(CoordinationError) -> Found {
        while true {
            if let coordinator = coordinator(of: id) { return .live(coordinator) }
            if arrivals[id] != nil {
                if let result = await arrival(of: id) { return try result.get() }
                // It has arrived by now, or has to be read again.
                continue
            }
            arrivals[id] = []
            let node = settings.node
            let result: Result<Found, CoordinationError>
            do throws(CoordinationError) {
                result = .success(try await resume(id))
            } catch {
                result = .failure(error)
            }
            settle(id, result, of: node)
            if settings.node == node { return try result.get() }
        }
    }

    /// Tells those who wait for a workflow's coordinator that it is there, or why not, or to look anew. What was asked
    /// for a node that is another one by now is asked again: it may own the workflow, and nobody else would coordinate
    /// it.
    func settle(_ id: WorkflowID, _ result: Result<Found, CoordinationError>?, of node: NodeID) {
        let answer = settings.node == node ? result : nil
        for waiter in arrivals.removeValue(forKey: id) ?? [] { waiter.resume(returning: answer) }
    }

    /// What comes of the reading of a workflow that is under way; `nil` if none is.
    func arrival(of id: WorkflowID) async -> Result<Found, CoordinationError>? {
        await withCheckedContinuation { waiter in
            if arrivals[id]?.append(waiter) == nil { waiter.resume(returning: nil) }
        }
    }

    /// A workflow that cannot be loaded or gone on with time and again goes into quarantine instead.
    private func resume(_ id: WorkflowID) async throws(CoordinationError) -> Found {
        if failures.verdict(on: id) == nil {
            do throws(CoordinationError) {
                return try await load(id)
            } catch {
                guard case .damaged(let reason) = error else { throw error }
                failures.add(Failure(code: Failure.damagedCode, message: reason), of: id)
                doubtful.insert(id)
                logger.error(
                    "a workflow cannot be loaded", metadata: ["workflow": "\(id)", "reason": "\(reason)"])
                if failures.verdict(on: id) == nil { throw error }
            }
        }
        throw try await quarantine(id)
    }

    private func load(_ id: WorkflowID) async throws(CoordinationError) -> Found {
        let settings = settings
        let claimed = try await ask(about: id) { () async throws(StoreError) in
            try await store.claim(id, for: settings.node)
        }
        doubtful.remove(id)
        sleepers.remove(id)
        switch claimed {
        case .workflow(let stored):
            let workflow = try stored.workflow(plans)
            if workflow.status.isTerminal { return .ended(stored.view(of: workflow)) }
            guard !isStopping else { throw .unavailable("this node is stopping") }
            settings.metrics.workflowResumed()
            let coordinator = Coordinator(
                workflow, revision: stored.revision, committedAt: stored.committedAt, takeovers: stored.takeovers,
                traceparent: stored.traceparent, store: store, settings: settings, shifts: shifts, on: loop)
            admit(coordinator, stored.surroundings)
            announceWaiting(workflow, taken: Set(stored.surroundings.takes.map(\.step)))
            return .live(coordinator)
        case .unknown, .owned, .quarantined: break
        }
        failures.forget(id)
        switch claimed {
        case .owned(let node): throw .ownedElsewhere(id, node)
        case .quarantined: throw .quarantined(id, reason: nil)
        default: throw .unknownWorkflow(id)
        }
    }

    /// Who put these tasks on their queues, another node or a commit whose outcome was unknown, told nobody here.
    private func announceWaiting(_ workflow: Workflow, taken: Set<Int>) {
        for (step, state) in workflow.steps.enumerated() where state.status == .queued && !taken.contains(step) {
            let behavior = workflow.plan.steps[step].behavior
            guard let type = behavior.taskType else { continue }
            settings.takes.announce(
                TaskCall(type, for: behavior.requires.isEmpty ? .pool : .meeting(behavior.requires)))
        }
    }
}
