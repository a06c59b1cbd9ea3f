import JSON

/// What an agent says of itself beside its task types.
public struct AgentDetails: Hashable, Sendable {
    /// What it has, by task type, for steps that require it: an object such as `["model": "large"]` each.
    public var constraints: [String: JSONDocument]
    /// How many of its slots a task takes, by task type, where that is not one.
    public var slotCosts: [String: Int]
    /// Of its program; tasks can be dispatched by it.
    public var version: String?
    public var labels: [String: String]
    /// An object, for whoever reads it.
    public var metadata: JSONDocument?

    public init(
        constraints: [String: JSONDocument] = [:], slotCosts: [String: Int] = [:], version: String? = nil,
        labels: [String: String] = [:], metadata: JSONDocument? = nil
    ) {
        self.constraints = constraints
        self.slotCosts = slotCosts
        self.version = version
        self.labels = labels
        self.metadata = metadata
    }
}

extension AgentDetails {
    init(_ fields: Fields) throws(GanglionError) {
        constraints = try fields.optionalMembers("constraints") { JSONDocument($0.text) }
        slotCosts = try fields.optionalMembers("slot_costs") { $0.int64.flatMap(Int.init(exactly:)) }
        version = try fields.optionalString("version")
        labels = try fields.optionalMembers("labels", \.string)
        metadata = fields.optionalDocument("metadata")
    }

    /// As an agent registers.
    func write(to body: inout JSONWriter, capabilities: [String]) {
        body.name("capabilities")
        body.array(capabilities) { body, type in
            guard constraints[type] != nil || slotCosts[type] != nil else { return body.string(type) }
            body.object { body in
                body.field("task_type", type)
                if let constraints = constraints[type] { body.field("constraints", raw: constraints.json) }
                if let cost = slotCosts[type] { body.field("slot_cost", cost) }
            }
        }
        body.field("version", optional: version)
        if !labels.isEmpty {
            body.name("labels")
            body.object { body in
                for (name, value) in labels.sorted(by: { $0.key < $1.key }) { body.field(name, value) }
            }
        }
        if let metadata { body.field("metadata", raw: metadata.json) }
    }
}

/// How an agent's attempts at tasks of a type ended. What was an hour ago counts half, and so on.
public struct AgentReliability: Hashable, Sendable {
    /// The share that succeeded, as if one more had: 1 for who has done nothing yet.
    public var score: Double
    public var succeeded: Double
    public var failed: Double
    /// Of those that failed, how many were followed by another attempt.
    public var retried: Double
    /// What attempts took that succeeded, on average.
    public var latency: Duration?

    init?(_ node: JSONNode) {
        guard let score = node.member("score")?.double, let succeeded = node.member("succeeded")?.double,
            let failed = node.member("failed")?.double, let retried = node.member("retried")?.double
        else { return nil }
        (self.score, self.succeeded, self.failed, self.retried) = (score, succeeded, failed, retried)
        latency = node.member("latency")?.string.flatMap { Duration(text: $0) }
    }
}
