/// How one run stands, as the API shows it.
package enum WorkflowStatus: String, Sendable, CaseIterable {
    case running
    /// Every path forward waits for a human.
    case escalated
    case paused
    case completed
    case failed
    case cancelled

    /// Nothing changes after one of these.
    package var isTerminal: Bool {
        switch self {
        case .completed, .failed, .cancelled: true
        case .running, .escalated, .paused: false
        }
    }
}
