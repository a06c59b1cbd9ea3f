/// Why a workflow is gone on with by a new coordinator.
enum RestartReason: String, CaseIterable, Sendable {
    /// The store did not answer.
    case interrupted
    /// The store refused what it should not refuse.
    case damaged
    /// It waited for what did not come.
    case stuck
}
