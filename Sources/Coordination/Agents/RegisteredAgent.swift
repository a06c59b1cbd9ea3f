package import JSON
package import WorkflowCore

/// An agent that registers.
package struct AgentRegistration: Hashable, Sendable {
    package let id: AgentID
    package let name: String
    package let profile: AgentProfile
    /// How much it may hold at once.
    package let slots: Int
    /// How long after its last sign of life it is lost.
    package let lifetime: Duration

    package init(id: AgentID, name: String, profile: AgentProfile, slots: Int, lifetime: Duration) {
        self.id = id
        self.name = name
        self.profile = profile
        self.slots = slots
        self.lifetime = lifetime
    }
}

package enum AgentStatus: String, Sendable, CaseIterable {
    case alive
    /// Takes nothing new until an operator says otherwise.
    case paused
    /// Takes nothing new, and is to leave when it has done what it has.
    case draining
    /// Was not heard of in time.
    case lost
    /// Was deregistered.
    case left
}

/// An agent as the registry knows it.
package struct RegisteredAgent: Hashable, Sendable {
    package let id: AgentID
    package let name: String
    package let profile: AgentProfile
    package let slots: Int
    package let status: AgentStatus
    /// The slots that were taken when it was last heard of.
    package let held: Int
    /// What it said of its load last: an object of numbers.
    package let load: JSONText?
    /// How its attempts ended, by task type.
    package let reliability: [String: Reliability]
    package let registeredAt: Instant
    /// Its last sign of life.
    package let heartbeatAt: Instant
}

/// An agent's sign of life, and what it wants.
package struct TakeRequest: Hashable, Sendable {
    package let agent: AgentID
    /// How many new tasks it wants.
    package var wanted: Int
    /// All that it works on. What it holds beside that is given to it again, unless it wants nothing.
    package var running: [TaskID]
    /// Whether it will wait if there is nothing for it now.
    package var waits: Bool
    /// What it says of some of those that it works on: another text whenever one has got further.
    package var fingerprints: [TaskID: String]
    /// What it says of its load: an object of numbers; `nil` for what it said before.
    package var load: JSONText?

    package init(
        agent: AgentID, wanted: Int, running: [TaskID], fingerprints: [TaskID: String] = [:], load: JSONText? = nil,
        waits: Bool = false
    ) {
        self.agent = agent
        self.wanted = wanted
        self.running = running
        self.load = load
        self.waits = waits
        self.fingerprints = fingerprints
    }
}

/// What an operator wants of an agent; what it has it finishes in any case.
package enum AgentConduct: Hashable, Sendable {
    /// Takes nothing new.
    case pause
    /// Takes tasks again.
    case resume
    /// Takes nothing new, and leaves.
    case drain

    package var status: AgentStatus {
        switch self {
        case .pause: .paused
        case .resume: .alive
        case .drain: .draining
        }
    }
}

package enum ConductOutcome: Hashable, Sendable {
    case done
    case unknown
    /// It is lost or has left.
    case gone
}

package enum TakeOutcome: Hashable, Sendable {
    case unknown
    /// It is lost or has left.
    case gone
    case alive(Taken)
}

/// What an agent is told.
package struct Taken: Hashable, Sendable {
    package var status: AgentStatus
    /// The types of which it has a slot for one more.
    package var open: [String]
    /// Of those that it works on, the ones that are not its any more.
    package var stop: [TaskID]
    package var tasks: [TakenTask]
    /// It has no slot free for a task of some of its types.
    package var isFull = false
    /// What stays that may not be taken yet.
    package var recalls: [Recall] = []
    /// Of those that it works on, the ones that got nowhere in too many heartbeats.
    package var stalled: [StalledTask] = []
    /// What it is told of those that it works on.
    package var guidance: [TaskGuidance] = []
    package var traits = AgentTraits()

    package init(status: AgentStatus, open: [String], stop: [TaskID], tasks: [TakenTask]) {
        self.status = status
        self.open = open
        self.stop = stop
        self.tasks = tasks
    }
}

/// A task of which so many heartbeats in a row told the same.
package struct StalledTask: Hashable, Sendable {
    package let task: TaskID
    package let attempt: Int
    package let heartbeats: Int
    package let since: Instant
}

/// A note to the agent that works on a task.
package struct TaskGuidance: Hashable, Sendable {
    package let task: TaskID
    package let guidance: Guidance

    /// The notes of a task in the order in which they were made.
    func isBefore(_ other: TaskGuidance) -> Bool {
        task == other.task ? guidance.number < other.guidance.number : task.description < other.task.description
    }
}

/// An attempt, in the hands of an agent.
package struct TakenTask: Hashable, Sendable {
    package let dispatch: TaskDispatch
    package let takenAt: Instant
    /// W3C trace context; empty if there is none.
    package let traceparent: String
    /// The workflow's owner is another node, and was told that the task was taken.
    package var isOwnerTold = false
    /// Who might have taken it.
    package var audience = TaskAudience.pool

    package var deadline: Instant { takenAt + dispatch.timeout }
}

/// Agents that have gone.
package struct Departures: Hashable, Sendable {
    /// Those that are lost from now on, be they holding something or not.
    package var lost: [AgentID] = []
    /// Those that hold something.
    package var holders: [DepartedAgent] = []
    /// For what the node is to call agents of its own: it was directed to those that have gone.
    package var calls: [TaskCall] = []
}

/// An agent that has gone, and what it still holds.
package struct DepartedAgent: Hashable, Sendable {
    package let id: AgentID
    package let status: AgentStatus
    package let holds: [Holding]

    /// How long it can still be read of when it holds nothing any more.
    static let memory = Duration.seconds(86_400)
    /// How many agents, and how many of their tasks, one call tells of: Redis does it in about a millisecond.
    static let agentsAtOnce = 100
    static let tasksAtOnce = 200
    /// For how long what one node was told of is not told to others: they would all give the same back.
    static let turn = Duration.seconds(1)

    package struct Holding: Hashable, Sendable {
        package let task: TaskID
        package let attempt: Int
    }
}
