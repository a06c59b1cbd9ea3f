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
    /// Has heartbeats tell how far it is.
    private let tellFingerprint: @Sendable (String) -> Void
    /// What people and supervising agents say of the task while it is worked on; for one loop over it. It ends with the
    /// handler.
    ///
    /// ```swift
    /// async let listening: Void = { for await note in task.guidance { plan.add(note.text) } }()
    /// ```
    public let guidance: AsyncStream<TaskGuidance>
    private let notes: AsyncStream<TaskGuidance>.Continuation

    init(
        _ assignment: TaskAssignment, agent: String, _ client: GanglionClient,
        tellFingerprint: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.assignment = assignment
        agentID = agent
        self.client = client
        self.tellFingerprint = tellFingerprint
        (guidance, notes) = AsyncStream.makeStream()
    }

    public var id: String { assignment.taskID }
    public var type: String { assignment.taskType }
    public var attempt: Int { assignment.attempt }
    public var payload: JSONDocument { assignment.payload }
    /// What earlier attempts reported as made, to go on from.
    public var partial: JSONDocument? { assignment.partial }

    /// Says how far the task is, with what it has cost as recorded. Throws a problem with the status 409 if the attempt
    /// is over: the handler can stop.
    ///
    /// - Parameters:
    ///   - extend: Sets the attempt's deadline this far from now.
    ///   - partial: What the work has made up to now, at most 256 KiB: the next attempt has it as `partial`.
    ///   - fingerprint: A line of at most 128 bytes that is another one whenever the work has got further. Heartbeats
    ///     tell it as well.
    ///   - toolCall: What tool is called, and with what, in at most 256 bytes.
    public func progress(
        percent: Int? = nil, message: String? = nil, extend: Duration? = nil, partial: JSONDocument? = nil,
        fingerprint: String? = nil, toolCall: String? = nil
    ) async throws(GanglionError) {
        if let fingerprint { tellFingerprint(fingerprint) }
        let report = TaskReport(
            percent: percent, message: message, extend: extend, partial: partial, usage: usage,
            fingerprint: fingerprint, toolCall: toolCall)
        try await client.report(report, of: id, attempt: attempt, agent: agentID)
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

    func hear(_ note: TaskGuidance) { notes.yield(note) }

    /// Nobody works on it any more.
    func end() { notes.finish() }

    var usage: [String: Double] { amounts.withLock { $0 } }
}
