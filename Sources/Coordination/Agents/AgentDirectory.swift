import Synchronization
import WorkflowCore

/// What a node knows of all agents, at most a heartbeat old: coordinators ask it for each task that may be directed,
/// and never the store. It is read only at nodes where that is asked.
package final class AgentDirectory: Sendable {
    private let state = Mutex((dispatcher: Dispatcher(), isWanted: false))

    package init() {}

    /// Whether the store has to be asked: there is a task type or was a step whose tasks are directed.
    var isWanted: Bool { state.withLock { $0.isWanted } }

    /// How many agents it knows that take tasks.
    var count: Int { state.withLock { $0.dispatcher.count } }

    func learn(_ agents: [AgentLoad]) { state.withLock { $0.dispatcher.learn(agents) } }

    /// An attempt at a task is over, which this agent had.
    func ended(_ task: TaskID, by agent: AgentID?) { state.withLock { $0.dispatcher.ended(task, by: agent) } }

    /// The agent that a task is directed to; `nil` if it goes to the pool.
    func agent(for dispatch: TaskDispatch, by rule: DispatchRule, in workflow: Workflow) -> AgentID? {
        if rule.mode == .pull { return nil }
        return state.withLock { state in
            state.isWanted = true
            return state.dispatcher.agent(for: dispatch, by: rule, in: workflow)
        }
    }
}
