import JSON
import Synchronization
package import WorkflowCore

/// What a node knows of task types: their settings as it last heard of them, and which types the store lists because
/// this node queued tasks of them. Coordinators ask it for each task, and never the store.
package final class TaskTypes: Sendable {
    private let state = Mutex(State())

    private struct State {
        var table = TaskTypeTable(revision: 0, settings: [:])
        var listed: Set<String> = []
    }

    /// More names than these are forgotten, and listed again.
    private static let listedAtMost = 10_000

    package init() {}

    var revision: Int { state.withLock { $0.table.revision } }

    /// What was read is what holds, unless something newer is known.
    func learn(_ table: TaskTypeTable) {
        state.withLock { if table.revision >= $0.table.revision { $0.table = table } }
    }

    package func settings(of type: String) -> TaskTypeSettings? { state.withLock { $0.table.settings[type] } }

    /// A plan's text with what its steps do not say themselves.
    func filled(_ plan: JSONText) -> JSONText {
        let settings = state.withLock { $0.table.settings }
        guard settings.values.contains(where: { !$0.defaults.isEmpty }) else { return plan }
        return Plan.filled(plan) { settings[$0]?.defaults }
    }

    /// Where the tasks of a commit wait: for each step that has one, its lane; and how long those wait for their agent
    /// that the directory directs to one.
    func lanes(
        of effects: [Effect], in workflow: Workflow, _ directory: AgentDirectory
    ) -> (lanes: [Int: TaskLane], waits: [Int: Duration]) {
        var (lanes, waits): ([Int: TaskLane], [Int: Duration]) = ([:], [:])
        for case .enqueue(let dispatch) in effects {
            let settings = settings(of: dispatch.taskType)
            let rule = dispatch.rule ?? settings?.dispatch
            guard settings?.hasKeys == true || rule != nil || !dispatch.requires.isEmpty else { continue }
            let step = dispatch.task.step
            lanes[step] = settings?.lane(of: dispatch, in: workflow)
            if !dispatch.requires.isEmpty { lanes[step, default: TaskLane()].requirement = dispatch.requires }
            if let rule, let agent = directory.agent(for: dispatch, by: rule, in: workflow) {
                lanes[step, default: TaskLane()].agent = agent
                waits[step] = rule.wait
            }
        }
        return (lanes, waits)
    }

    /// Whether tasks of some type are directed to agents.
    var hasDirectedTypes: Bool {
        state.withLock { state in
            state.table.settings.values.contains { $0.dispatch.map { $0.mode != .pull } ?? false }
        }
    }

    /// The types of these tasks that the store may not list yet.
    func unlisted(of effects: [Effect]) -> [String] {
        state.withLock { state in
            var types: [String] = []
            for case .enqueue(let dispatch) in effects
            where !state.listed.contains(dispatch.taskType) && !types.contains(dispatch.taskType) {
                types.append(dispatch.taskType)
            }
            return types
        }
    }

    /// The store lists these now.
    func list(_ types: [String]) {
        guard !types.isEmpty else { return }
        state.withLock { state in
            if state.listed.count + types.count > Self.listedAtMost { state.listed = [] }
            state.listed.formUnion(types)
        }
    }
}
