public import Logging
public import ServiceLifecycle

/// An agent: takes tasks, has a handler work on them, and hands in what it gives.
///
/// ```swift
/// let worker = AgentWorker(client, name: "extractor-1", capabilities: ["extract"], slots: 4) { task in
///     guard let text = task.payload["text"].string else {
///         throw TaskError(code: "no_text", message: "The payload has no 'text'.", retryable: false)
///     }
///     return ["words": .integer(text.split(separator: " ").count)]
/// }
/// try await worker.run()
/// ```
///
/// A `TaskError` that the handler throws is the attempt's failure; any other error becomes one with the code
/// `agent_error`. A `TaskQuestion`, as `task.ask` throws it, is asked. What is finished is handed in until the service
/// accepts or refuses it, however often it goes away meanwhile. A worker that the service has given up registers again,
/// under a new id. One that an operator drains ends when its handlers have.
///
/// Each run registers an agent of its own, so that a worker may also be run several times.
public struct AgentWorker: Service {
    public typealias Handler = @Sendable (AgentTask) async throws -> JSONDocument

    public struct Options: Sendable {
        /// How long a request waits at the service for a task, from 1 s to 60 s.
        public var wait = Duration.seconds(20)
        /// How long handlers may go on once the worker is to stop; after that they are cancelled.
        public var gracePeriod = Duration.seconds(20)
        /// Where handlers run; on the shared pool of threads if it is not said.
        public var handlerExecutor: (any TaskExecutor)?

        public init() {}
    }

    let client: GanglionClient
    let name: String
    let capabilities: [String]
    let slots: Int
    let details: AgentDetails
    let options: Options
    let logger: Logger
    let handler: Handler

    /// - Parameters:
    ///   - capabilities: The task types that the handler can do.
    ///   - slots: How many tasks it works on at a time, from 1 to 1000.
    ///   - details: What else the agent says of itself when it registers.
    public init(
        _ client: GanglionClient, name: String, capabilities: [String], slots: Int = 1,
        details: AgentDetails = AgentDetails(), options: Options = Options(),
        logger: Logger = Logger(label: "ganglion.agent"),
        handler: @escaping Handler
    ) {
        self.client = client
        self.name = name
        self.capabilities = capabilities
        self.slots = slots
        self.details = details
        self.options = options
        self.logger = logger
        self.handler = handler
    }

    /// Works until a graceful shutdown or until the task is cancelled. Then it takes nothing new, lets handlers end
    /// within the grace period, hands in what they gave, and takes the agent out of the registry. Throws if the service
    /// does not take the agent as it is.
    public func run() async throws {
        let session = WorkerSession(self)
        // To end well takes requests, which a cancelled task could not make. It is waited for here.
        let work = Task(executorPreference: session.loop) { try await session.run() }
        try await withTaskCancellationOrGracefulShutdownHandler {
            try await work.value
        } onCancelOrGracefulShutdown: {
            session.shutDown()
        }
    }
}
