import GanglionClient
import Sockets

/// An agent that is one call after the other, and notes what it is told of each answer.
struct NotingAgent {
    let client: GanglionClient
    let name: String
    let slots: Int
    let ledger: Ledger

    /// Works until it is cancelled.
    func run() async throws {
        var agent = try await register()
        while !Task.isCancelled {
            do throws(GanglionError) {
                let taken = try await ledger.repeating(on: client.loop) { () async throws(GanglionError) in
                    try await client.take(agent, max: slots, wait: .seconds(20))
                }
                try await answer(taken.tasks, as: agent)
            } catch {
                // It was silent for too long while the service was away.
                guard error.problem?.status == 404 || error.problem?.status == 410 else { throw error }
                agent = try await register()
            }
        }
    }

    private func register() async throws(GanglionError) -> String {
        try await ledger.repeating(on: client.loop) { () async throws(GanglionError) in
            try await client.register(name: name, capabilities: Pipeline.steps, slots: slots).id
        }
    }

    private func answer(_ tasks: [TaskAssignment], as agent: String) async throws(GanglionError) {
        let results = await withTaskGroup(of: Result<Void, GanglionError>.self) { group in
            for task in tasks {
                group.addTask(executorPreference: client.loop) {
                    do throws(GanglionError) {
                        return .success(try await answer(task, as: agent))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for result in results { try result.get() }
    }

    private func answer(_ task: TaskAssignment, as agent: String) async throws(GanglionError) {
        let serial = ledger.nextSerial()
        let result = Pipeline.result(of: task.taskType, task.payload, serial: serial)
        do throws(GanglionError) {
            let told = try await ledger.repeating(on: client.loop) { () async throws(GanglionError) in
                try await client.complete(task.taskID, attempt: task.attempt, agent: agent, result: result)
            }
            ledger.note(told, Ledger.Answer(attempt: task.attempt, serial: serial), for: task)
        } catch {
            guard error.problem?.status == 409 else { throw error }
            ledger.noteRefusal()
        }
    }
}
