import WorkflowCore

/// Which workflows could not be loaded or gone on with lately, and how often in a row.
struct FailureCounts {
    private var failures: [WorkflowID: (count: Int, last: Failure)] = [:]

    /// After so many a workflow is not tried again.
    static let limit = 3

    mutating func add(_ failure: Failure, of id: WorkflowID) {
        failures[id] = ((failures[id]?.count ?? 0) + 1, failure)
    }

    /// It got on, or is not this node's any more.
    mutating func forget(_ id: WorkflowID) { failures[id] = nil }

    /// Why the workflow is not to be tried again, if it is not.
    func verdict(on id: WorkflowID) -> Failure? {
        guard let failure = failures[id], failure.count >= Self.limit else { return nil }
        return failure.last
    }
}
