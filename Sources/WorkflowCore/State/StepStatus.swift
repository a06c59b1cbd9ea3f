/// How one step of a plan stands, as the API shows it.
package enum StepStatus: String, Sendable, CaseIterable {
    /// Waits for the steps that it comes after.
    case pending
    /// Its task is on an agent queue.
    case queued
    /// An agent has its task.
    case running
    /// Waits until the next attempt is due.
    case backingOff = "backing_off"
    /// Waits for a timer, a signal or an approval.
    case waiting
    /// Waits for the resolution of an escalation.
    case escalated
    case completed
    case skipped
    case failed
    case cancelled

    /// What comes after the step may start, or never will.
    package var isEnded: Bool {
        switch self {
        case .completed, .skipped, .failed, .cancelled: true
        case .pending, .queued, .running, .backingOff, .waiting, .escalated: false
        }
    }

    /// The step makes progress, or will at a known time, without a human.
    package var isActive: Bool {
        switch self {
        case .queued, .running, .backingOff, .waiting: true
        case .pending, .escalated, .completed, .skipped, .failed, .cancelled: false
        }
    }
}
