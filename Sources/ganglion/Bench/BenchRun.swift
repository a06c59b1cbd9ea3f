import GanglionClient
import Logging
import Synchronization

/// Starts workflows in a closed loop, and has agents do nothing for them.
final class BenchRun: Sendable {
    private let url: String
    private let concurrency: Int
    private let agents: Int
    private let batch: Int
    private let isSilent: Bool
    private let measured = Mutex<[Duration]>([])
    private let errors = Atomic<Int>(0)

    private static let taskTypes = ["classify", "extract", "validate", "summarize"]
    private static let patience = Duration.seconds(120)

    init(url: String, concurrency: Int, agents: Int, batch: Int, isSilent: Bool) {
        self.url = url
        self.concurrency = concurrency
        self.agents = agents
        self.batch = batch
        self.isSilent = isSilent
    }

    func run(_ count: Int) async throws -> BenchResult {
        let client = try makeClient(connections: concurrency)
        return try await withThrowingTaskGroup(of: BenchResult?.self) { group in
            let agentClient = try makeClient(connections: 2 * agents)
            for index in 0..<agents {
                let type = Self.taskTypes[index % Self.taskTypes.count]
                // Fewer agents than task types: each takes what the others leave.
                let types = agents < Self.taskTypes.count ? Self.taskTypes : [type]
                var options = AgentWorker.Options()
                options.handlerExecutor = agentClient.loop
                let worker = AgentWorker(
                    agentClient, name: "bench-\(index)", capabilities: types, slots: batch, options: options
                ) { _ in ["ok": true] }
                group.addTask {
                    try await worker.run()
                    return nil
                }
            }
            group.addTask { try await self.measure(count, client) }
            while let result = try await group.next() {
                guard let result else { continue }
                group.cancelAll()
                return result
            }
            throw GanglionError.cancelled
        }
    }

    private func makeClient(connections: Int) throws(GanglionError) -> GanglionClient {
        var options = GanglionClient.Options()
        options.maximumConnections = connections
        options.retryFor = Self.patience
        return try GanglionClient(url, options: options)
    }

    private func measure(_ count: Int, _ client: GanglionClient) async throws -> BenchResult {
        let plan = try Self.plan()
        try await complete(max(concurrency, count / 10), plan, client)
        measured.withLock { $0 = [] }
        errors.store(0, ordering: .relaxed)
        let start = ContinuousClock.now
        try await complete(count, plan, client)
        let elapsed = ContinuousClock.now - start
        return BenchResult(
            concurrency: concurrency, agents: agents, elapsed: elapsed, latencies: measured.withLock { $0 },
            errors: errors.load(ordering: .relaxed))
    }

    private func complete(_ count: Int, _ plan: JSONDocument, _ client: GanglionClient) async throws {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                if index >= concurrency { await group.next() }
                group.addTask { await self.complete(plan, client, of: count) }
            }
        }
    }

    private func complete(_ plan: JSONDocument, _ client: GanglionClient, of count: Int) async {
        let start = ContinuousClock.now
        do throws(GanglionError) {
            var workflow = try await client.start(plan, wait: .seconds(30))
            if !workflow.status.isEnd { workflow = try await client.waitForEnd(of: workflow.id, atMost: Self.patience) }
            guard workflow.status == .completed, workflow.output["summary"]["ok"].bool == true else {
                errors.add(1, ordering: .relaxed)
                return
            }
        } catch {
            errors.add(1, ordering: .relaxed)
            return
        }
        let latency = ContinuousClock.now - start
        let completed = measured.withLock { measured in
            measured.append(latency)
            return measured.count
        }
        if !isSilent, completed % 100 == 0 { Terminal.standard.show("\(completed) of \(count) workflows") }
    }

    private static func plan() throws(GanglionError) -> JSONDocument {
        let text = String(repeating: "This agreement is made between the parties named above. ", count: 18)
        return try JSONDocument(
            parsing: """
                {"name": "contract-review", "input": {"document": "\(text)"},
                 "steps": [
                   {"id": "classify", "task_type": "classify", "payload": {"text": "${input.document}"}},
                   {"id": "extract", "task_type": "extract", "after": ["classify"],
                    "payload": {"text": "${input.document}", "kind": "${steps.classify.result}"}},
                   {"id": "validate", "task_type": "validate", "after": ["classify"],
                    "payload": {"kind": "${steps.classify.result}"}},
                   {"id": "summarize", "task_type": "summarize", "after": ["extract", "validate"],
                    "payload": {"text": "${input.document}", "extraction": "${steps.extract.result}"}}],
                 "output": {"summary": "${steps.summarize.result}"}}
                """)
    }
}
