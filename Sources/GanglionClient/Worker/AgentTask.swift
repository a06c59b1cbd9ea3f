import Synchronization

/// A task that a handler of an `AgentWorker` works on.
///
/// ```swift
/// let worker = AgentWorker(client, name: "reader-1", capabilities: ["read"]) { task in
///     let text = task.payload["text"].string ?? ""
///     try await task.progress(percent: 50, message: "half of the pages", extend: .seconds(60))
///     task.record(usage: "tokens", 812)
///     return ["summary": .string(summary(of: text))]
/// }
/// ```
///
/// When the task is not the agent's any more, because its workflow was cancelled or the attempt timed out, the
/// handler's `Task` is cancelled, and what it gives is thrown away.
public final class AgentTask: Sendable {
    public let assignment: TaskAssignment
    /// The agent that works on it.
    public let agentID: String
    private let client: GanglionClient
    private let amounts = Mutex<[String: Double]>([:])

    init(_ assignment: TaskAssignment, agent: String, _ client: GanglionClient) {
        self.assignment = assignment
        agentID = agent
        self.client = client
    }

    public var id: String { assignment.taskID }
    public var type: String { assignment.taskType }
    public var attempt: Int { assignment.attempt }
    public var payload: JSONDocument { assignment.payload }

    /// Says how far the task is. `extend` sets its deadline this far from now. Throws a problem with the status 409 if
    /// the attempt is over: the handler can stop.
    public func progress(
        percent: Int? = nil, message: String? = nil, extend: Duration? = nil
    ) async throws(GanglionError) {
        try await client.reportProgress(
            of: id, attempt: attempt, agent: agentID, percent: percent, message: message, extend: extend)
    }

    /// Adds to what the work costs by a unit, to be told with the result. Amounts that are not finite or below 0 are
    /// not counted.
    public func record(usage unit: String, _ amount: Double) {
        guard amount.isFinite, amount >= 0 else { return }
        amounts.withLock { $0[unit, default: 0] += amount }
    }

    var usage: [String: Double] { amounts.withLock { $0 } }
}
