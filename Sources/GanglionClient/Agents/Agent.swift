import JSON

/// An agent as the registry knows it.
public struct Agent: Hashable, Sendable {
    public var id: String
    public var name: String
    /// The task types that it can do.
    public var capabilities: [String]
    /// What else it said of itself.
    public var details: AgentDetails
    /// How much it may hold at once.
    public var slots: Int
    /// The slots that were taken when it was last heard of.
    public var slotsUsed: Int
    /// What it said of its load last.
    public var load: [String: Double]
    /// How its attempts ended, by task type.
    public var reliability: [String: AgentReliability]
    public var status: Status
    public var registeredAt: Timestamp
    /// Its last sign of life.
    public var heartbeatAt: Timestamp

    public enum Status: String, Sendable, CaseIterable {
        case alive
        /// Takes nothing new until it is resumed.
        case paused
        /// Takes nothing new, and is to leave.
        case draining
        /// Was not heard of in time.
        case lost
        /// Was deregistered.
        case left
    }
}

/// What the service says to an agent that registers.
public struct AgentRegistration: Hashable, Sendable {
    public var id: String
    /// How often it should be heard of.
    public var heartbeatInterval: Duration
    /// How long after its last sign of life it is lost.
    public var lostAfter: Duration
}

/// What the service says to an agent's heartbeat.
public struct HeartbeatAnswer: Hashable, Sendable {
    public var status: Agent.Status
    /// The tasks that are not the agent's any more: it can stop.
    public var cancel: [String]
    public var heartbeatInterval: Duration
    public var lostAfter: Duration
    /// What it is told of its tasks.
    public var guidance: [TaskGuidance] = []

    /// It gets nothing new until it is resumed.
    public var pause: Bool { status == .paused }
    /// It gets nothing new, and is to leave when it has done what it has.
    public var drain: Bool { status == .draining }
}

extension Agent {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        name = try fields.string("name")
        capabilities = try fields.strings("capabilities")
        details = try AgentDetails(fields)
        slots = try fields.integer("slots")
        slotsUsed = try fields.optionalInteger("slots_used") ?? 0
        load = try fields.optionalMembers("load", \.double)
        reliability = try fields.optionalMembers("reliability", AgentReliability.init)
        status = try fields.value("status")
        registeredAt = try fields.time("registered_at")
        heartbeatAt = try fields.time("heartbeat_at")
    }
}

extension AgentRegistration {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        heartbeatInterval = try fields.duration("heartbeat_interval")
        lostAfter = try fields.duration("lost_after")
    }
}

extension HeartbeatAnswer {
    init(_ fields: Fields) throws(GanglionError) {
        status = try fields.value("status")
        cancel = try fields.strings("cancel")
        heartbeatInterval = try fields.duration("heartbeat_interval")
        lostAfter = try fields.duration("lost_after")
        guidance = try TaskGuidance.list(in: fields)
    }
}
