import GanglionClient
import Sockets
import Synchronization
import TestKit

/// An agent that is one call after the other, notes what it is told of each answer, and does not always as it should.
final class UnrulyAgent: Sendable {
    private let client: GanglionClient
    /// One of each node, past haproxy.
    private let nodes: [GanglionClient]
    private let name: String
    private let slots: Int
    /// How long a task takes at most.
    private let work: Duration
    private let journal: Journal
    private let persistence: Persistence
    private let generator: Mutex<SeededGenerator>
    /// The tasks that it works on: those that it will answer late.
    private let held = Mutex<Set<String>>([])

    init(
        _ client: GanglionClient, nodes: [GanglionClient], name: String, slots: Int, work: Duration,
        journal: Journal, seed: UInt64
    ) {
        self.client = client
        self.nodes = nodes
        self.name = name
        self.slots = slots
        self.work = work
        self.journal = journal
        persistence = Persistence(loop: client.loop, journal: journal, isAgent: true)
        generator = Mutex(SeededGenerator(seed: seed))
    }

    /// Works until it is cancelled, and then is never heard of again: whatever it holds, it holds.
    func run() async {
        await withDiscardingTaskGroup { group in
            var agent: String?
            while !Task.isCancelled {
                do throws(GanglionError) {
                    let id = try await register(unless: agent)
                    agent = id
                    let running = held.withLock { Array($0) }
                    let taken = try await persistence.insist { () async throws(GanglionError) in
                        try await client.take(id, max: slots, running: running, wait: .seconds(10))
                    }
                    await work(on: taken.tasks, as: id, late: &group)
                } catch {
                    switch error.problem?.status {
                    // It was silent for too long, or Redis forgot it.
                    case 404, 410: agent = nil
                    default: if error != .cancelled { journal.note(problem: "\(name) is told: \(error)") }
                    }
                }
            }
        }
    }

    private func register(unless known: String?) async throws(GanglionError) -> String {
        if let known { return known }
        held.withLock { $0 = [] }
        return try await persistence.insist { () async throws(GanglionError) in
            try await client.register(name: name, capabilities: ContractReview.steps, slots: slots).id
        }
    }

    /// Returns when all are answered that are not to be answered late.
    private func work(on tasks: [TaskAssignment], as agent: String, late: inout DiscardingTaskGroup) async {
        await withDiscardingTaskGroup { group in
            for task in tasks {
                let execution = Journal.Execution(
                    step: task.stepID, attempt: task.attempt, agent: agent, serial: journal.nextSerial(),
                    at: wallTime())
                journal.note(execution, of: task.workflowID)
                let manners = generator.withLock { Manners(using: &$0) }
                if case .late = manners {
                    held.withLock { _ = $0.insert(task.taskID) }
                    late.addTask(executorPreference: client.loop) { await self.answerLate(task, execution) }
                } else {
                    let time = generator.withLock { work * Double.random(in: 0...1, using: &$0) }
                    group.addTask(executorPreference: client.loop) {
                        if time > .zero { await self.client.loop.pause(for: time) }
                        if !Task.isCancelled { await self.answer(task, execution, manners) }
                    }
                }
            }
        }
    }

    // MARK: Answers

    private func answer(_ task: TaskAssignment, _ execution: Journal.Execution, _ manners: Manners) async {
        switch manners {
        case .plain, .late: await complete(task, execution, over: [client])
        case .elsewhere: await complete(task, execution, over: nodes)
        case .repeats:
            await complete(task, execution, over: [client])
            await complete(task, execution, over: nodes)
        case .contradicts:
            await complete(task, execution, over: [client])
            let again = Journal.Execution(
                step: execution.step, attempt: execution.attempt, agent: execution.agent,
                serial: journal.nextSerial(), at: wallTime())
            await complete(task, again, over: nodes)
        case .fails:
            let error = TaskError(code: "moody", message: "not this time")
            await decided(of: task.workflowID) {
                () async throws(GanglionError) in
                _ = try await client.fail(task.taskID, attempt: task.attempt, agent: execution.agent, error: error)
            }
        }
    }

    private func answerLate(_ task: TaskAssignment, _ execution: Journal.Execution) async {
        let delay = generator.withLock { Duration.milliseconds(Int.random(in: 3000...8000, using: &$0)) }
        await client.loop.pause(for: delay)
        guard !Task.isCancelled else { return }
        await answer(task, execution, .late)
        held.withLock { _ = $0.remove(task.taskID) }
    }

    private func complete(
        _ task: TaskAssignment, _ execution: Journal.Execution, over clients: [GanglionClient]
    ) async {
        let result = ContractReview.result(of: task.taskType, task.payload, serial: execution.serial)
        var counts = false
        let isDecided = await decided(of: task.workflowID) { () async throws(GanglionError) in
            // Another one with each try: a node may be gone.
            let client = generator.withLock { clients.randomElement(using: &$0) } ?? client
            try await client.complete(task.taskID, attempt: task.attempt, agent: execution.agent, result: result)
            counts = true
        }
        guard isDecided else { return }
        journal.note(
            Journal.Verdict(
                step: execution.step, attempt: execution.attempt, agent: execution.agent, serial: execution.serial,
                counts: counts, at: wallTime()),
            of: task.workflowID)
    }

    /// Whether the service has accepted or refused it by now.
    @discardableResult
    private func decided(
        of workflow: String, _ call: () async throws(GanglionError) -> Void
    ) async -> Bool {
        do throws(GanglionError) {
            try await persistence.insist(call)
            return true
        } catch {
            if error.problem?.status == 409 { return true }
            if error != .cancelled {
                journal.note(problem: "an agent answers, and is told: \(error)", with: workflow)
            }
            return false
        }
    }
}
