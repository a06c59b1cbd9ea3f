import WorkflowCore

/// The ways in which a coordinator's life ends.
extension Coordinator {
    /// How a coordinator ends.
    enum Ending: Hashable, Sendable {
        /// The workflow has ended.
        case finished
        /// Another node owns the workflow.
        case fenced
        /// It is not known what is stored; the workflow is gone on with from its checkpoint.
        case interrupted(StoreError)
        /// It waited too long for what may never come, and was given up; the same holds for the workflow.
        case stuck
        /// Nothing happens to the workflow before this time, if no one asks for it; the checkpoint says all.
        case asleep(until: Instant?)
        /// The process ends; the checkpoint stays.
        case stopped
        /// Its node was taken for dead, and is another one by now.
        case abandoned
    }
}
