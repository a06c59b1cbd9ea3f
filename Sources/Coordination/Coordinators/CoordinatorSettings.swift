package import Logging
package import WorkflowCore

/// What all coordinators of a node have in common.
package struct CoordinatorSettings: Sendable {
    package var node: NodeID
    package let clock: StoreClock
    package let takes: TakeQueue
    let taskTypes: TaskTypes
    let directory: AgentDirectory
    let tallies: Tallies
    let correspondence: Correspondence
    /// How long a letter's reply is waited for: longer than a takeover takes.
    let replyTimeout: Duration
    /// After how long in which nothing happened a coordinator ends, to be made anew when something does.
    let idleAfter: Duration
    package let metrics: NodeMetrics
    package let random: RandomSource
    /// How long a workflow is remembered after its end.
    package let retention: Duration
    /// How long what need not be durable at once may wait for a commit.
    package let commitDelay = Duration.milliseconds(100)
    /// How long a coordinator may wait for the store until it is given up: longer than the store's client does.
    package let stuckAfter: Duration
    package var logger: Logger
}
