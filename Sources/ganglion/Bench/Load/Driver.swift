import GanglionClient
import Sockets
import Synchronization

/// Starts workflows, and waits for each one's end.
final class Driver: Sendable {
    private let workload: Workload
    private let load: Load
    /// One for each service.
    private let clients: [GanglionClient]
    /// The agents are this measurement's own: it is known what they give.
    private let hasAgents: Bool
    private let tally = Mutex(Tally())
    private let opened = Mutex<[(client: Int, id: String)]>([])

    static let patience = Duration.seconds(120)
    private static let wait = Duration.seconds(30)

    init(_ workload: Workload, _ load: Load, clients: [GanglionClient], hasAgents: Bool) {
        self.workload = workload
        self.load = load
        self.clients = clients
        self.hasAgents = hasAgents
    }

    /// Returns when as much was started, and has ended.
    func run(_ amount: Amount) async {
        switch load {
        case .closed(let concurrency): await runClosed(concurrency, amount)
        case .open(let rate): await runOpen(OpenLoopSchedule(rate: rate, amount))
        }
    }

    /// What was counted since the last time; counting begins anew.
    func takeTally() -> Tally {
        tally.withLock { tally in
            defer { tally = Tally() }
            return tally
        }
    }

    /// How many have ended since counting began, how many of them not as they should, and the P99 in milliseconds.
    var progress: (completed: Int, errors: Int, p99: Double) {
        tally.withLock { ($0.completed, $0.errors, $0.workflows.percentile(99)) }
    }

    private func runClosed(_ concurrency: Int, _ amount: Amount) async {
        let numbers = Numbers(amount)
        await withDiscardingTaskGroup { group in
            for index in 0..<concurrency {
                let place = index % clients.count
                group.addTask(executorPreference: clients[place].loop) {
                    while let number = numbers.next() { await self.perform(number, place, from: .now) }
                }
            }
        }
    }

    private func runOpen(_ schedule: OpenLoopSchedule) async {
        let (begin, loop) = (ContinuousClock.now, clients[0].loop)
        await withDiscardingTaskGroup { group in
            for number in 0..<schedule.count {
                let due = begin + schedule.due(number)
                let early = due - .now
                if early > .zero { await loop.pause(for: early) }
                if Task.isCancelled { break }
                let place = number % clients.count
                group.addTask(executorPreference: clients[place].loop) {
                    let delay = ContinuousClock.now - due
                    self.tally.withLock { $0.delays.add(delay) }
                    await self.perform(number, place, from: due)
                }
            }
        }
    }

    private func perform(_ number: Int, _ place: Int, from start: ContinuousClock.Instant) async {
        do throws(GanglionError) {
            if workload.scenario == .idle {
                try await open(number, place, from: start)
            } else {
                try await complete(number, clients[place], from: start)
            }
        } catch {
            if error != .cancelled { fail("\(error)") }
        }
    }

    private func complete(
        _ number: Int, _ client: GanglionClient, from start: ContinuousClock.Instant
    ) async throws(GanglionError) {
        var workflow = try await client.start(workload.plan(number), wait: Self.wait)
        if !workflow.status.isEnd { workflow = try await client.waitForEnd(of: workflow.id, atMost: Self.patience) }
        let latency = ContinuousClock.now - start
        guard workflow.status == .completed else {
            return fail("a workflow is \(workflow.status.rawValue)\(workflow.failure.map { ": \($0)" } ?? "")")
        }
        guard !hasAgents || workload.isOutput(workflow.output, of: number) else {
            return fail("a workflow has the output of another one")
        }
        let dispatches = workflow.steps.compactMap { step in
            step.startedAt.flatMap { started in step.queuedAt.map { started - $0 } }
        }
        tally.withLock { $0.complete(latency, steps: workload.steps, dispatches: dispatches) }
    }

    private func fail(_ reason: String) { tally.withLock { $0.fail(reason) } }

    // MARK: Workflows that stay open

    private func open(
        _ number: Int, _ place: Int, from start: ContinuousClock.Instant
    ) async throws(GanglionError) {
        let workflow = try await clients[place].start(workload.plan(number))
        let latency = ContinuousClock.now - start
        guard !workflow.status.isEnd else { return fail("a workflow that nobody works on has ended") }
        opened.withLock { $0.append((place, workflow.id)) }
        tally.withLock { $0.complete(latency, steps: 0, dispatches: []) }
    }

    /// Leaves nothing open at a service that goes on.
    func cancelOpened() async {
        let ids = opened.withLock { $0 }
        let numbers = Numbers(.workflows(ids.count))
        await withDiscardingTaskGroup { group in
            for _ in 0..<64 {
                group.addTask(executorPreference: clients[0].loop) {
                    while let number = numbers.next() {
                        let (place, id) = ids[number]
                        _ = try? await self.clients[place].cancel(id, by: "ganglion bench")
                    }
                }
            }
        }
    }
}
