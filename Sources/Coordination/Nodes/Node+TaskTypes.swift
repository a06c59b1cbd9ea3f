import Logging
package import Sockets
package import WorkflowCore

/// What is known of task types, and set for them.
extension Node {
    /// A task type, and the agents that are capable of it.
    package struct Pool: Hashable, Sendable {
        package let status: TaskTypeStatus
        package let agents: [AgentLoad]
    }

    package func taskTypes(_ page: PageRequest, on loop: EventLoop) async throws(CoordinationError) -> Page<Pool> {
        let (types, agents) = try await ask(loop) { store throws(StoreError) in
            (try await store.taskTypes(page), try await store.pool())
        }
        var able: [String: [AgentLoad]] = [:]
        for agent in agents { for type in agent.profile.types { able[type, default: []].append(agent) } }
        return Page(types.elements.map { Pool(status: $0, agents: able[$0.name] ?? []) }, next: types.next)
    }

    package func taskType(_ name: String, on loop: EventLoop) async throws(CoordinationError) -> Pool {
        let (status, agents) = try await ask(loop) { store throws(StoreError) in
            (try await store.taskType(name), try await store.pool())
        }
        guard let status else { throw .unknownTaskType(name) }
        return Pool(status: status, agents: agents.filter { $0.isCapable(of: name) })
    }

    /// Sets what holds for a task type from now on, at every node; `nil` for nothing. This node knows it before anyone
    /// is told.
    package func configure(
        _ name: String, _ settings: TaskTypeSettings?, on loop: EventLoop
    ) async throws(CoordinationError) {
        let table = try await ask(loop) { store throws(StoreError) in
            try await store.configure(name, settings)
            return try await store.settings(newerThan: taskTypes.revision)
        }
        if let table { taskTypes.learn(table) }
        if taskTypes.hasDirectedTypes { await learnAgents(from: store(on: loop)) }
    }

    /// Reads how it stands with all agents, if tasks are directed to some; what was known before holds if it cannot.
    func learnAgents(from store: any WorkflowStore) async {
        guard directory.isWanted || taskTypes.hasDirectedTypes else { return }
        do throws(StoreError) {
            directory.learn(try await store.pool())
        } catch {
            logger.debug("the agents could not be read", metadata: ["reason": "\(error)"])
        }
    }

    /// Reads what is set for task types if it is not what this node knows.
    func knowsSettings(of revision: Int, from store: any WorkflowStore) async -> Bool {
        guard revision != taskTypes.revision else { return true }
        do throws(StoreError) {
            if let table = try await store.settings(newerThan: taskTypes.revision) { taskTypes.learn(table) }
            return true
        } catch {
            logger.debug("the settings could not be read", metadata: ["reason": "\(error)"])
            return false
        }
    }
}
