import GanglionClient
import Logging
import Sockets

/// An agent as users write it: an `AgentWorker` that notes what it works on.
struct SteadyAgent: Sendable {
    let client: GanglionClient
    let name: String
    let slots: Int
    /// How long a task takes at most.
    let work: Duration
    let journal: Journal

    func run() async throws {
        var options = AgentWorker.Options()
        options.handlerExecutor = client.loop
        let logger = Logger(label: name) { _ in WorkerLog(name: name, journal: journal) }
        let worker = AgentWorker(
            client, name: name, capabilities: ContractReview.steps, slots: slots, options: options, logger: logger
        ) { task in
            let serial = journal.nextSerial()
            let assignment = task.assignment
            journal.note(
                Journal.Execution(
                    step: assignment.stepID, attempt: assignment.attempt, agent: task.agentID, serial: serial,
                    at: wallTime()),
                of: assignment.workflowID)
            if work > .zero { await client.loop.pause(for: work * Double.random(in: 0...1)) }
            return ContractReview.result(of: assignment.taskType, assignment.payload, serial: serial)
        }
        try await worker.run()
    }
}

/// Keeps what a worker says of tasks that do not count.
private struct WorkerLog: LogHandler {
    let name: String
    let journal: Journal
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.warning

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard let task = event.metadata?["task"].map({ "\($0)" }) else { return }
        let parts = task.split(separator: "_")
        guard parts.count == 4 else { return }
        journal.note(
            remark: "\(name) on \(parts[3]): \(event.message), \(event.metadata?["reason"] ?? "")",
            on: "wf_\(parts[1])_\(parts[2])")
    }
}
