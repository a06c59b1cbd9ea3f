/// How the tasks of a type stand, who is capable of them, and what is set for them.
public struct TaskType: Hashable, Sendable {
    public var name: String
    /// Tasks that no agent has yet.
    public var waiting: Int
    /// When the oldest of them was queued, and how long ago that was.
    public var oldestWaitingAt: Timestamp?
    public var oldestWaitingAge: Duration?
    /// Tasks that agents have.
    public var running: Int
    public var agents: Pool
    /// Keys with tasks that wait for nothing but their rate.
    public var limitedKeys: Int
    /// When the next task may be taken, if tasks wait for a rate.
    public var nextFreeAt: Timestamp?
    public var isPaused: Bool
    public var settings: TaskTypeSettings

    /// The agents that are capable of the type, all together. An agent's slots are for all that it can do.
    public struct Pool: Hashable, Sendable {
        public var alive: Int
        public var draining: Int
        public var slots: Int
        /// Tasks of any type that they had when they were last heard of.
        public var held: Int
    }
}

extension TaskType {
    init(_ fields: Fields) throws(GanglionError) {
        name = try fields.string("task_type")
        waiting = try fields.integer("waiting")
        oldestWaitingAt = try fields.optionalTime("oldest_waiting_at")
        oldestWaitingAge = try fields.optionalDuration("oldest_waiting_age")
        running = try fields.integer("running")
        agents = try Pool(try Fields(try fields.required("agents"), "the field 'agents'"))
        limitedKeys = try fields.integer("limited_keys")
        nextFreeAt = try fields.optionalTime("next_free_at")
        isPaused = try fields.bool("paused")
        settings = try TaskTypeSettings(try Fields(try fields.required("settings"), "the field 'settings'"))
    }
}

extension TaskType.Pool {
    fileprivate init(_ fields: Fields) throws(GanglionError) {
        alive = try fields.integer("alive")
        draining = try fields.integer("draining")
        slots = try fields.integer("slots")
        held = try fields.integer("held")
    }
}
