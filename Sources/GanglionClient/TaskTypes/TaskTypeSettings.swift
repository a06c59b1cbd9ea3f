import JSON

/// What is set for the tasks of a type: whether and how fast agents get them, whose turn it is, and what holds for
/// steps that do not say it themselves.
public struct TaskTypeSettings: Hashable, Sendable {
    /// Nothing is given to agents; what they have they may finish.
    public var isPaused: Bool
    /// How many tasks agents may have at once, all together.
    public var maximumConcurrency: Int?
    public var rate: RateLimit?
    /// A JMESPath expression over a task, such as `payload.tenant`: tasks with different keys take turns.
    public var fairnessKey: String?
    /// Who is offered a task first: an object such as `["mode": "least_loaded"]`, as the contract has it.
    public var dispatch: JSONDocument?
    public var timeout: Duration?
    public var queueTimeout: Duration?
    /// As a plan writes a step's `retry`.
    public var retry: JSONDocument?

    /// How many tasks are taken in a time, evenly spread.
    public struct RateLimit: Hashable, Sendable {
        public var limit: Int
        public var period: Period
        /// How many are taken at once after a while without any.
        public var burst: Int
        /// A JMESPath expression over a task: each of its values has the rate for itself.
        public var key: String?

        public enum Period: String, Sendable, CaseIterable {
            case second, minute
        }

        public init(_ limit: Int, per period: Period, burst: Int = 1, key: String? = nil) {
            self.limit = limit
            self.period = period
            self.burst = burst
            self.key = key
        }
    }

    public init(
        isPaused: Bool = false, maximumConcurrency: Int? = nil, rate: RateLimit? = nil, fairnessKey: String? = nil,
        dispatch: JSONDocument? = nil, timeout: Duration? = nil, queueTimeout: Duration? = nil,
        retry: JSONDocument? = nil
    ) {
        self.isPaused = isPaused
        self.maximumConcurrency = maximumConcurrency
        self.rate = rate
        self.fairnessKey = fairnessKey
        self.dispatch = dispatch
        self.timeout = timeout
        self.queueTimeout = queueTimeout
        self.retry = retry
    }
}

extension TaskTypeSettings {
    init(_ fields: Fields) throws(GanglionError) {
        isPaused = fields.optional("paused") == nil ? false : try fields.bool("paused")
        maximumConcurrency = try fields.optionalInteger("max_concurrency")
        rate = try fields.optionalObject("rate", RateLimit.init)
        fairnessKey = try fields.optionalObject("fairness") { fields throws(GanglionError) in try fields.string("key") }
        dispatch = fields.optionalDocument("dispatch")
        timeout = try fields.optionalDuration("timeout")
        queueTimeout = try fields.optionalDuration("queue_timeout")
        retry = fields.optionalDocument("retry")
    }

    func write(to body: inout JSONWriter) {
        body.field("paused", isPaused)
        if let maximumConcurrency { body.field("max_concurrency", maximumConcurrency) }
        if let rate {
            body.name("rate")
            body.object { body in
                body.field("limit", rate.limit)
                body.field("per", rate.period.rawValue)
                body.field("burst", rate.burst)
                body.field("key", optional: rate.key)
            }
        }
        if let fairnessKey {
            body.name("fairness")
            body.object { $0.field("key", fairnessKey) }
        }
        if let dispatch { body.field("dispatch", raw: dispatch.json) }
        body.field("timeout", optional: timeout?.wireText)
        body.field("queue_timeout", optional: queueTimeout?.wireText)
        if let retry { body.field("retry", raw: retry.json) }
    }
}

extension TaskTypeSettings.RateLimit {
    fileprivate init(_ fields: Fields) throws(GanglionError) {
        limit = try fields.integer("limit")
        period = try fields.value("per")
        burst = try fields.optionalInteger("burst") ?? 1
        key = try fields.optionalString("key")
    }
}
