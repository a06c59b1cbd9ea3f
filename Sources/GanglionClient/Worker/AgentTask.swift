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

    /// Asks a person, and gives the answer. The first time this throws, and the handler is to let that through: the
    /// attempt is over, and its slot is free for other work. Once the question is answered the handler begins anew,
    /// maybe at another agent, and then the same question has its answer.
    ///
    /// ```swift
    /// let kind = try task.ask("Which kind is it?", options: ["lease", "license"], context: ["text": task.payload])
    /// ```
    ///
    /// - Parameters:
    ///   - question: What is asked; the answer is found by it, so that each question of a task is another text.
    ///   - options: What it may be answered with, each once; anything if there are none.
    ///   - context: What is needed to answer it.
    public func ask(
        _ question: String, options: [JSONDocument] = [], context: JSONDocument? = nil
    ) throws(TaskQuestion) -> JSONDocument {
        if let known = assignment.answers.last(where: { $0.question == question }) { return known.answer }
        throw TaskQuestion(question, options: options, context: context)
    }

    /// Adds to what the work costs by a unit, to be told with the result. Amounts that are not finite or below 0 are
    /// not counted.
    public func record(usage unit: String, _ amount: Double) {
        guard amount.isFinite, amount >= 0 else { return }
        amounts.withLock { $0[unit, default: 0] += amount }
    }

    var usage: [String: Double] { amounts.withLock { $0 } }
}
