import GanglionClient
import Sockets
import Synchronization

/// Starts workflows at a steady rate, however long they take, and knows of each when it ended.
final class OpenLoop: Sendable {
    private let client: GanglionClient
    private let rate: Double
    private let journal: Journal
    private let persistence: Persistence
    private let isStopped = Atomic(false)
    private let givesUp = Atomic(false)
    /// How many are due and not acknowledged.
    private let undecided = Atomic(0)
    private let hasStartedAll = Atomic(false)

    init(_ url: String, rate: Double, journal: Journal) throws {
        var options = GanglionClient.Options()
        // What fails is tried again here, where it is counted.
        options.retryFor = .zero
        options.maximumConnections = 8000
        client = try GanglionClient(url, options: options)
        self.rate = rate
        self.journal = journal
        persistence = Persistence(loop: client.loop, journal: journal, isAgent: false)
    }

    /// Whether nothing new is to be started, and all that was due is acknowledged.
    var isSettled: Bool { hasStartedAll.load(ordering: .acquiring) && undecided.load(ordering: .relaxed) == 0 }

    /// Starts nothing new.
    func stop() { isStopped.store(true, ordering: .relaxed) }
    /// Does not wait for ends any more.
    func giveUp() { givesUp.store(true, ordering: .relaxed) }

    /// Returns when it was stopped and every workflow has ended or waits for a person.
    func run() async {
        await client.loop.run { await self.start() }
    }

    private func start() async {
        let begin = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            var number = 0
            while !isStopped.load(ordering: .relaxed), !Task.isCancelled {
                let due = Duration.seconds(Double(number) / rate)
                let early = due - (.now - begin)
                if early > .zero { await client.loop.pause(for: early) }
                let next = number
                undecided.add(1, ordering: .relaxed)
                group.addTask(executorPreference: client.loop) { await self.run(next, due, begin + due) }
                number += 1
            }
            hasStartedAll.store(true, ordering: .releasing)
        }
    }

    private func run(_ number: Int, _ due: Duration, _ start: ContinuousClock.Instant) async {
        do throws(GanglionError) {
            let plan = ContractReview.plan(number)
            // An acknowledgement that comes at once is a promise; one that comes at the end saves a request.
            let wait = number.isMultiple(of: 2) ? Duration.seconds(20) : .zero
            let workflow = try await persistence.insist { () async throws(GanglionError) in
                try await client.start(plan, idempotencyKey: "chaos-\(number)", wait: wait)
            }
            undecided.subtract(1, ordering: .relaxed)
            journal.note(Journal.Start(number: number, workflow: workflow.id, acknowledgedAt: wallTime()))
            await follow(workflow, number, due, start)
        } catch {
            undecided.subtract(1, ordering: .relaxed)
            if error != .cancelled { journal.note(problem: "workflow \(number) is not started: \(error)") }
        }
    }

    private func follow(
        _ started: WorkflowStatus, _ number: Int, _ due: Duration, _ start: ContinuousClock.Instant
    ) async {
        let id = started.id
        var workflow = started
        do throws(GanglionError) {
            while !workflow.status.isEnd, !givesUp.load(ordering: .relaxed) {
                workflow = try await persistence.insist { () async throws(GanglionError) in
                    try await client.workflow(id, wait: .seconds(5))
                }
            }
        } catch {
            if error != .cancelled { journal.note(problem: "its client is told: \(error)", with: id) }
            return
        }
        guard workflow.status.isEnd else { return }
        journal.note(Journal.End(number: number, workflow: id, due: due, latency: .now - start))
        let value = workflow.output["summary"]["value"].integer
        if workflow.status != .completed || value != ContractReview.output(number) {
            journal.note(problem: "its client saw that it is \(workflow.status): \(workflow.output)", with: id)
        }
    }
}
