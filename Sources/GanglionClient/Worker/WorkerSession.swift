import JSON
import Logging
import Sockets

/// One run of a worker: carries out what its state decides.
///
/// It wakes once for all that happened in a turn of the loop, so that tasks which finish together are handed in
/// together.
actor WorkerSession {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let worker: AgentWorker
    /// Its polls are open most of the time, and must not keep others waiting.
    private let client: GanglionClient
    private let start = ContinuousClock.now
    private var state: WorkerState
    private var handlers: [WorkerState.Key: Task<Void, Never>] = [:]
    private var tasks: [WorkerState.Key: AgentTask] = [:]
    private var requests: [Int: Task<Void, Never>] = [:]

    private var hasNews = false
    private var waiter: CheckedContinuation<Void, Never>?
    private var timer: LoopTimer?
    private var timerAt: Duration?

    /// Beside the time for which the service was asked to wait. An agent that does not hear for long enough is lost.
    private static let longestTimeout = Duration.seconds(10)

    init(_ worker: AgentWorker) {
        self.worker = worker
        client = worker.client.withOwnConnections()
        loop = client.loop
        let wait = min(max(worker.options.wait, .seconds(1)), GanglionClient.longestWait)
        state = WorkerState(
            WorkerState.Settings(slots: worker.slots, wait: wait, gracePeriod: worker.options.gracePeriod))
    }

    private var now: Duration { .now - start }

    func run() async throws {
        while true {
            if perform(state.takeActions()) {
                // Handlers on this loop that do not wait are done after this, and hand in with the next take.
                await letHandlersBegin()
            }
            while let (number, request) = state.nextRequest(at: now) { send(request, number) }
            if perform(state.takeActions()) { continue }
            if state.isOver { break }
            await waitForNews()
        }
        timer?.cancel()
        for request in requests.values { await request.value }
        if let error = state.fatalError { throw error }
    }

    nonisolated func shutDown() {
        loop.execute {
            self.assumeIsolated { session in
                session.state.shutDown(at: session.now)
                session.wake()
            }
        }
    }

    // MARK: Waiting

    private func wake() {
        hasNews = true
        waiter?.resume()
        waiter = nil
    }

    private func waitForNews() async {
        setTimer()
        await withCheckedContinuation { continuation in
            // News may have come on the way here, however short it looks.
            if hasNews { continuation.resume() } else { waiter = continuation }
        }
        hasNews = false
    }

    /// A timer that is early costs one look, and most often there is a later one when its time comes.
    private func setTimer() {
        guard let wakeAt = state.wakeAt(after: now) else { return }
        if let timerAt, timerAt <= wakeAt { return }
        timer?.cancel()
        timerAt = wakeAt
        timer = loop.schedule(after: wakeAt - now) { [weak self] in
            self?.assumeIsolated { session in
                session.timerAt = nil
                session.wake()
            }
        }
    }

    /// Lets handlers on this loop go as far as they can without waiting. Two rounds of the loop's queue are what it
    /// takes until one that has nothing to wait for has told of its end. `Task.yield` would be no round of this queue:
    /// it goes by way of the shared pool of threads.
    private func letHandlersBegin() async {
        for _ in 0..<2 {
            await withCheckedContinuation { round in loop.execute { round.resume() } }
        }
    }

    // MARK: Handlers

    /// True if handlers were started.
    private func perform(_ actions: [WorkerAction]) -> Bool {
        var hasStarted = false
        for action in actions {
            switch action {
            case .start(let assignment):
                hasStarted = true
                begin(assignment)
            case .cancel(let key):
                worker.logger.info("stopping a task", metadata: ["task": "\(key.taskID)", "attempt": "\(key.attempt)"])
                handlers[key]?.cancel()
            case .guide(let key, let note): tasks[key]?.hear(note)
            case .drain:
                worker.logger.notice("an operator drains the agent: the worker ends when it has done what it has")
            case .abandon(let number): requests[number]?.cancel()
            case .discard(let task, let reason):
                worker.logger.warning(
                    "a finished task does not count", metadata: ["task": "\(task.taskID)", "reason": "\(reason)"])
            }
        }
        return hasStarted
    }

    private func begin(_ assignment: TaskAssignment) {
        guard let agent = state.agent else { return }
        let key = WorkerState.Key(taskID: assignment.taskID, attempt: assignment.attempt)
        let task = AgentTask(assignment, agent: agent.id, client) { [weak self] fingerprint in
            self?.told(key, fingerprint: fingerprint)
        }
        tasks[key] = task
        handlers[key] = work(on: task)
    }

    private nonisolated func told(_ key: WorkerState.Key, fingerprint: String) {
        loop.execute {
            self.assumeIsolated { session in
                session.state.told(key, fingerprint: fingerprint)
                session.wake()
            }
        }
    }

    private nonisolated func work(on task: AgentTask) -> Task<Void, Never> {
        let handler = worker.handler
        // A task of a group could not be cancelled by itself. The session ends after all of them.
        return Task(executorPreference: worker.options.handlerExecutor) {
            let outcome: FinishedTask.Outcome
            do {
                outcome = .result(try await handler(task))
            } catch let question as TaskQuestion {
                outcome = .question(question)
            } catch {
                outcome = .failure(TaskError(error))
            }
            let finished = FinishedTask(
                taskID: task.id, attempt: task.attempt, outcome: outcome, usage: task.usage)
            // Not a call of the actor, after which this task would have to go back to where it ran, only to end.
            self.loop.execute { self.assumeIsolated { $0.handlerEnded(finished) } }
        }
    }

    private func handlerEnded(_ finished: FinishedTask) {
        let key = WorkerState.Key(taskID: finished.taskID, attempt: finished.attempt)
        handlers[key] = nil
        tasks.removeValue(forKey: key)?.end()
        state.handlerEnded(finished)
        wake()
    }

    // MARK: Requests

    private func send(_ request: WorkerRequest, _ number: Int) {
        // A task of a group could not be cancelled by itself. The session ends after all of them.
        let agent = state.agent?.id ?? ""
        requests[number] = Task(executorPreference: loop) { await self.send(request, number, as: agent) }
    }

    private func send(_ request: WorkerRequest, _ number: Int, as agent: String) async {
        do throws(GanglionError) {
            try await exchange(request, number, as: agent)
        } catch {
            failed(request, number, error)
        }
        requests[number] = nil
        wake()
    }

    private func exchange(
        _ request: WorkerRequest, _ number: Int, as agent: String
    ) async throws(GanglionError) {
        switch request {
        case .register:
            let call = Call.registration(
                name: worker.name, capabilities: worker.capabilities, slots: worker.slots, details: worker.details)
            let registration = try AgentRegistration(try await fields(of: call))
            worker.logger.info("registered", metadata: ["agent": "\(registration.id)"])
            state.registered(number, registration, at: now)
        case .take(let max, let wait, let running, let finished, let acknowledged):
            let call = Call.take(
                agent, max: max, running: running, finished: finished, acknowledged: acknowledged, wait: wait)
            state.took(number, try TakeAnswer(try await fields(of: call)), at: now)
        case .heartbeat(let running, let fingerprints, let acknowledged):
            let call = Call.heartbeat(
                of: agent, running: running, fingerprints: fingerprints, acknowledged: acknowledged)
            let answer = try HeartbeatAnswer(try await fields(of: call))
            state.heard(number, answer, at: now)
        case .answer(let finished):
            _ = try await fields(of: .answer(finished, agent: agent))
            state.answered(number, at: now)
        case .deregister:
            _ = try await client.tryOnce(.deregistration(agent), timeout: timeout)
            state.deregistered(number, at: now)
        }
    }

    private func failed(_ request: WorkerRequest, _ number: Int, _ error: GanglionError) {
        if error != .cancelled {
            worker.logger.warning("a request failed", metadata: ["request": "\(request.name)", "reason": "\(error)"])
        }
        state.failed(number, error, jitter: .random(in: 0...1), at: now)
    }

    private func fields(of call: Call) async throws(GanglionError) -> Fields {
        guard let node = try await client.tryOnce(call, timeout: timeout) else {
            throw .unexpectedAnswer("\(call.method) \(call.target): the answer is empty")
        }
        return try Fields(node, "the answer")
    }

    private var timeout: Duration { min(client.options.timeout, Self.longestTimeout) }
}

extension WorkerRequest {
    /// For logs.
    fileprivate var name: String {
        switch self {
        case .register: "register"
        case .take: "take"
        case .heartbeat: "heartbeat"
        case .answer: "answer"
        case .deregister: "deregister"
        }
    }
}
