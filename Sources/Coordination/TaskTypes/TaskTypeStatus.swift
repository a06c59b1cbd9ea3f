package import WorkflowCore

/// How the tasks of a type stand, and what is set for them.
package struct TaskTypeStatus: Hashable, Sendable {
    package let name: String
    /// Tasks that no agent has yet.
    package var waiting = 0
    /// When the oldest of them was queued; among very many lanes it is looked for in those that are next.
    package var oldestSince: Instant?
    /// Tasks that agents have.
    package var held = 0
    /// Keys with tasks that wait for nothing but their rate.
    package var limitedKeys = 0
    /// When the next task may be taken, if tasks wait for a rate.
    package var nextFreeAt: Instant?
    /// `nil` if nothing is set.
    package var settings: TaskTypeSettings?
    /// The store's time.
    package var at: Instant

    package init(name: String, at: Instant) {
        self.name = name
        self.at = at
    }
}

/// The settings of all task types that have some.
package struct TaskTypeTable: Hashable, Sendable {
    /// Higher with each change.
    package var revision: Int
    package var settings: [String: TaskTypeSettings]
}

/// What an agent can do, and how much it has to do.
package struct AgentLoad: Hashable, Sendable {
    package let id: AgentID
    package let name: String
    package let profile: AgentProfile
    package let status: AgentStatus
    package let slots: Int
    /// The slots that were taken when it was last heard of.
    package let held: Int
    /// How many tasks wait for it alone.
    package var directed = 0
    /// How its attempts ended, by task type.
    package var reliability: [String: Reliability] = [:]

    package init(id: AgentID, name: String, profile: AgentProfile, status: AgentStatus, slots: Int, held: Int) {
        self.id = id
        self.name = name
        self.profile = profile
        self.status = status
        self.slots = slots
        self.held = held
    }

    package func isCapable(of type: String) -> Bool { profile.ability(type) != nil }

    package func score(for type: String) -> Double { reliability[type]?.score ?? 1 }

    /// How many more tasks of a type it has slots for.
    package func room(for type: String) -> Int { max(slots - held, 0) / profile.slotCost(of: type) }
}

/// Where a task waits among those of its type, or who has it.
package struct QueuedTask: Hashable, Sendable {
    package let step: Int
    package let lane: TaskLane?
    /// When the next task of its quota may be taken, which may be past; `nil` if there is no rate.
    package let quotaFreeAt: Instant?
    /// Who has it, which the checkpoint need not know yet.
    package let take: StoredWorkflow.Take?
    /// Until when it waits for the agent that it is directed to.
    package let directedUntil: Instant?

    package init(
        step: Int, lane: TaskLane?, quotaFreeAt: Instant?, take: StoredWorkflow.Take? = nil,
        directedUntil: Instant? = nil
    ) {
        self.step = step
        self.lane = lane
        self.quotaFreeAt = quotaFreeAt
        self.take = take
        self.directedUntil = directedUntil
    }
}

/// When somebody is to ask for tasks again: some wait that may be taken then.
package struct Recall: Hashable, Sendable {
    package let call: TaskCall
    package let at: Instant
}
