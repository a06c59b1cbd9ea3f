import GanglionClient
import Logging
import Sockets

/// An agent as users write it: an `AgentWorker` that notes what it works on.
struct SteadyAgent: Sendable {
    let client: GanglionClient
    let name: String
    let slots: Int
    let journal: Journal

    func run() async throws {
        var options = AgentWorker.Options()
        options.handlerExecutor = client.loop
        let logger = Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() }
        let worker = AgentWorker(
            client, name: name, capabilities: ContractReview.steps, slots: slots, options: options, logger: logger
        ) { task in
            let serial = journal.nextSerial()
            let work = task.assignment
            journal.note(
                Journal.Execution(
                    step: work.stepID, attempt: work.attempt, agent: task.agentID, serial: serial, at: wallTime()),
                of: work.workflowID)
            return ContractReview.result(of: work.taskType, work.payload, serial: serial)
        }
        try await worker.run()
    }
}
