import RedisStreams

/// What `ganglion bench` was asked for, checked.
struct BenchSettings: Hashable, Sendable {
    var scenario: Scenario
    /// Of a workflow.
    var steps: Int
    /// One measurement for each; of an open loop there is one.
    var loads: [Load]
    var amount: Amount
    var agents: Int
    var batch: Int
    /// Services that run already; none for one of the measurement's own.
    var urls: [String]
    /// Theirs, if it is to be looked at.
    var redis: RedisEndpoint?
    var coordinators: [CoordinatorKind]
}
