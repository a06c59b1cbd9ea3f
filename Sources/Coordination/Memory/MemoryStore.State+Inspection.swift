package import JSON
package import WorkflowCore

/// What whoever checks a store looks at: its state as it is, and not as the contract shows it.
extension MemoryStore.State {
    /// In the order of their names.
    package var workflowIDs: [WorkflowID] { runs.keys.sorted { $0.description < $1.description } }

    package func stored(_ id: WorkflowID) -> StoredWorkflow? { workflow(id) }

    package func revision(of id: WorkflowID) -> Int? { runs[id]?.revision }

    package func owner(of id: WorkflowID) -> NodeID? { runs[id]?.owner }

    /// The workflow's entries on all queues, by task type and in their order.
    package func entries(of id: WorkflowID) -> [TaskDispatch] {
        queues.keys.sorted().flatMap { queues[$0]?.dispatches.filter { $0.task.workflow == id } ?? [] }
    }

    package func history(of id: WorkflowID) -> [JSONText] { runs[id]?.history.map(\.event) ?? [] }

    /// Escalations by their numbers, with what became of them.
    package func escalations(of id: WorkflowID) -> [Int: JSONText?] {
        runs[id]?.escalations.mapValues(\.resolution) ?? [:]
    }
}
