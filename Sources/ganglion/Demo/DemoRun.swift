import DocumentAgents
import GanglionClient
import JSON
import Logging
import ServiceLifecycle
import Sockets
import Synchronization

/// One run of the demo, from the first request to the table.
final class DemoRun: Sendable {
    private let documents: [DemoDocument]
    private let skipped: [String]
    private let isOnce: Bool
    private let terminal = Terminal.standard
    private let report: Mutex<DemoReport>

    /// So many workflows are started and watched at a time.
    private static let watched = 32
    private static let slots = 2

    init(documents: [DemoDocument], skipped: [String], isOnce: Bool) {
        self.documents = documents
        self.skipped = skipped
        self.isOnce = isOnce
        report = Mutex(DemoReport(documents.map(\.name)))
    }

    /// Says whether every workflow was completed.
    func run(_ service: Service) async throws -> Bool {
        let address = try await service.listen()[0]
        let client = try GanglionClient("http://\(address)")
        return try await withThrowingTaskGroup(of: Bool?.self) { group in
            group.addTask {
                try await service.run()
                return nil
            }
            group.addTask { try await self.reviewWithAgents(client, at: address) }
            var isCompleted = false
            while let result = try await group.next() {
                if let result { isCompleted = result }
                // The review ends with --once; the service ends by Ctrl-C. Either ends the others.
                if result == nil || isOnce { group.cancelAll() }
            }
            return isCompleted || !isOnce
        }
    }

    /// Agents take their leave of the service before it ends.
    private func reviewWithAgents(_ client: GanglionClient, at address: SocketAddress) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool?.self) { group in
            for agent in DocumentAgent.allCases {
                group.addTask {
                    try await Self.worker(for: agent, client).run()
                    return nil
                }
            }
            group.addTask { try await self.review(client, at: address) }
            var isCompleted = false
            while let result = try await group.next() {
                guard let result else { continue }
                isCompleted = result
                if isOnce { group.cancelAll() }
            }
            return isCompleted
        }
    }

    private static func worker(for agent: DocumentAgent, _ client: GanglionClient) -> AgentWorker {
        AgentWorker(client, name: "\(agent.taskType)-1", capabilities: [agent.taskType], slots: slots) { task in
            let result: JSONText
            do throws(DocumentTaskError) {
                result = try agent.perform(JSONText(unchecked: task.payload.bytes))
            } catch {
                throw TaskError(code: error.code, message: error.message, retryable: error.isRetryable)
            }
            return try JSONDocument(parsing: result.bytes)
        }
    }

    // MARK: Reviewing

    private func review(_ client: GanglionClient, at address: SocketAddress) async throws -> Bool {
        terminal.print(
            terminal.bold("Ganglion") + " serves http://\(address), and reviews \(documents.count) documents")
        for file in skipped { terminal.print(terminal.dim("left out \(file)")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in documents.indices {
                if index >= Self.watched { try await group.next() }
                group.addTask { try await self.review(index, client) }
            }
            try await group.waitForAll()
        }
        try await answerEscalations(client, at: address)
        let (table, isCompleted) = report.withLock { ($0.table(), $0.areAllCompleted) }
        terminal.print("")
        for line in table.lines(width: terminal.width) { terminal.print(line) }
        terminal.print("")
        if !isOnce {
            terminal.print("Serving on; curl http://\(address)/v1/workflows shows them. Ctrl-C ends it.")
        }
        return isCompleted
    }

    /// Starts a document's workflow, and watches it until it has ended or a person is asked.
    private func review(_ index: Int, _ client: GanglionClient) async throws {
        var workflow = try await client.start(documents[index].plan())
        update(index, workflow)
        while !workflow.status.isEnd, workflow.status != .escalated {
            workflow = try await client.workflow(workflow.id, wait: .seconds(30), revision: workflow.revision)
            update(index, workflow)
        }
        guard !terminal.isInteractive else { return }
        terminal.print("\(documents[index].name): \(workflow.status.rawValue)")
    }

    private func update(_ index: Int, _ workflow: WorkflowStatus) {
        let line = report.withLock { report in
            report.update(index, workflow)
            return report.line
        }
        terminal.show(line)
    }

    // MARK: Escalations

    /// Shows how to answer what waits for a person; with `--once`, answers it.
    private func answerEscalations(_ client: GanglionClient, at address: SocketAddress) async throws {
        for (index, workflow) in report.withLock({ $0.workflows }).enumerated() {
            guard let workflow, workflow.status == .escalated,
                let step = workflow.steps.first(where: { $0.status == .escalated }), let id = step.escalationID
            else { continue }
            let escalation = try await client.escalation(id)
            let attempts = "\(escalation.attempts.count) attempt\(escalation.attempts.count == 1 ? "" : "s")"
            terminal.print("")
            terminal.print(terminal.bold("\(documents[index].name) waits for a person."))
            terminal.print("Its step '\(step.id)' failed on each of \(attempts): \(escalation.error?.message ?? "")")
            terminal.print("This resolves it:")
            terminal.print("")
            terminal.print("  " + Self.resolution(of: id, at: address))
            guard isOnce else { continue }
            try await client.resolve(id, .skip, by: "demo", reason: "the copy is damaged")
            update(index, try await client.waitForEnd(of: workflow.id, atMost: .seconds(60)))
            terminal.print("")
            terminal.print("Resolved just so.")
        }
    }

    private static func resolution(of id: String, at address: SocketAddress) -> String {
        let body = #"{"action": "skip", "by": "me", "reason": "the copy is damaged"}"#
        return "curl --json '\(body)' http://\(address)/v1/escalations/\(id)/resolve"
    }
}
