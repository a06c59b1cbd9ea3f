import GanglionClient
import RedisStreams
import Sockets
import Synchronization
import TestKit
import Testing

/// Many workflows through a service, with agents that work on them, while something happens to it.
struct Campaign: Sendable {
    let workflows: Int
    /// So many are under way at a time.
    let concurrency: Int

    let ledger = Ledger()
    /// The numbers of the workflows that have ended.
    let ended = EventLog<Int>()
    private let client: GanglionClient
    private let agentsClient: GanglionClient
    private let results: Results

    /// Four agents are workers, as users write them, and as many note what they are told.
    private static let agentsOfAKind = 4
    private static let slots = 16

    private final class Results: Sendable {
        /// What was acknowledged, and how it ended.
        let workflows = Mutex<[Int: String]>([:])
        let problems = Mutex<[String]>([])
    }

    /// `url` is the service's, or that of what stands before it.
    init(_ url: String, workflows: Int, concurrency: Int) throws {
        self.workflows = workflows
        self.concurrency = concurrency
        // What fails is tried again here, where it is counted.
        var options = GanglionClient.Options()
        options.retryFor = .zero
        options.maximumConnections = concurrency + 8
        client = try GanglionClient(url, options: options)
        agentsClient = try GanglionClient(url, options: options)
        results = Results()
    }

    /// Returns once every workflow has ended and `happenings` are over; gives how long it took.
    func run(_ happenings: @escaping @Sendable () async throws -> Void) async throws -> Duration {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { agents in
            defer { agents.cancelAll() }
            for number in 0..<Self.agentsOfAKind {
                agents.addTask { try await worker(number).run() }
                agents.addTask(executorPreference: agentsClient.loop) {
                    try await NotingAgent(
                        client: agentsClient, name: "noting-\(number)", slots: Self.slots, ledger: ledger
                    ).run()
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { lanes in
                lanes.addTask { try await happenings() }
                for lane in 0..<concurrency {
                    lanes.addTask(executorPreference: client.loop) {
                        for number in stride(from: lane, to: workflows, by: concurrency) { try await run(number) }
                    }
                }
                for try await _ in lanes {}
            }
        }
        return .now - start
    }

    private func worker(_ number: Int) -> AgentWorker {
        var options = AgentWorker.Options()
        options.handlerExecutor = agentsClient.loop
        return AgentWorker(
            agentsClient, name: "worker-\(number)", capabilities: Pipeline.steps, slots: Self.slots,
            options: options, logger: ledger.logger
        ) { task in
            Pipeline.result(of: task.type, task.payload, serial: ledger.nextSerial())
        }
    }

    private func run(_ number: Int) async throws(GanglionError) {
        let started = try await repeating { () async throws(GanglionError) in
            try await client.start(Pipeline.plan(number), idempotencyKey: "pipeline-\(number)")
        }
        results.workflows.withLock { $0[number] = started.id }
        var workflow = started
        while !workflow.status.isEnd {
            workflow = try await repeating { () async throws(GanglionError) in
                try await client.workflow(started.id, wait: .seconds(30))
            }
        }
        if let problem = Pipeline.problem(with: workflow, number: number) { note("\(started.id): \(problem)") }
        for step in workflow.steps {
            let told = ledger.accepted(Ledger.Place(workflow: started.id, step: step.id))
            // Empty if a worker did it. More than one would be two answers that count.
            guard told.count > 1 || told.first.map({ $0.serial != step.result?["serial"].integer }) ?? false else {
                continue
            }
            note("\(started.id): of \(step.id) was accepted \(told), and its result is \(step.result ?? .null)")
        }
        ended.record(number)
    }

    private func repeating<Result>(
        _ call: () async throws(GanglionError) -> Result
    ) async throws(GanglionError) -> Result {
        try await ledger.repeating(on: client.loop, call)
    }

    private func note(_ problem: String) { results.problems.withLock { $0.append(problem) } }
}

// MARK: Afterwards

extension Campaign {
    /// Every acknowledged workflow was completed with the right output, no result was accepted twice, and nothing is
    /// left on the queues.
    func check(_ redis: RedisEndpoint) async throws {
        let ids = results.workflows.withLock { $0 }
        #expect(ids.count == workflows)
        #expect(Set(ids.values).count == workflows, "two requests to start became one workflow")
        #expect(ended.count == workflows)
        let all = Array(ids.values)
        try await withThrowingTaskGroup(of: Void.self) { lanes in
            for lane in 0..<min(concurrency, 16) {
                lanes.addTask(executorPreference: client.loop) {
                    for index in stride(from: lane, to: all.count, by: min(concurrency, 16)) {
                        try await checkHistory(of: all[index])
                    }
                }
            }
            for try await _ in lanes {}
        }
        let problems = results.problems.withLock { $0 }
        #expect(problems.isEmpty, "\(problems.prefix(10).joined(separator: "\n"))")
        try await checkQueues(redis)
    }

    private func checkHistory(of id: String) async throws(GanglionError) {
        var events: [HistoryEvent] = []
        var cursor: String?
        repeat {
            let place = cursor
            let page = try await repeating { () async throws(GanglionError) in
                try await client.history(of: id, cursor: place)
            }
            events += page.items
            cursor = page.nextCursor
        } while cursor != nil
        let completed = events.filter { $0.type == "step_completed" }.compactMap(\.stepID).sorted()
        if completed != Pipeline.steps.sorted() { note("\(id): completed steps in its history: \(completed)") }
        let ends = events.count { $0.type == "workflow_completed" }
        if ends != 1 { note("\(id): was completed \(ends) times") }
    }

    private func checkQueues(_ redis: RedisEndpoint) async throws {
        try await withRedisClient(redis) { redis in
            for type in Pipeline.steps {
                let queue = RedisArgument("ganglion:{p0}:default:agent_queue:\(type)")
                let length = try await redis.send(RedisCommand(["XLEN", queue], isResendable: true))
                #expect(length == .integer(0), "entries left for \(type)")
                let pending = try await redis.send(RedisCommand(["XPENDING", queue, "agents"], isResendable: true))
                #expect(pending.array?.first == .integer(0), "\(type) is still with an agent")
            }
        }
    }
}
