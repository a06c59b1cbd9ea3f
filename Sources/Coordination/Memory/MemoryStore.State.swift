import JSON
import WorkflowCore

/// All that a store holds, as a value: the same operations at the same times make equal states.
extension MemoryStore {
    package struct State: Hashable, Sendable {
        var runs: [WorkflowID: Run] = [:]
        /// By task type; those of lanes by type and lane, as `QueuePlace` names them.
        var queues: [String: AgentQueue] = [:]
        var taskTypes: [String: TaskTypeRecord] = [:]
        /// Of what is set for task types.
        var settingsRevision = 0
        var keys: [String: StartKey] = [:]
        var agents: [AgentID: AgentRecord] = [:]
        /// Agents that have gone and that the queues have not forgotten yet, by when they are told of next.
        var departed: [AgentID: Instant] = [:]
        var nodes: [NodeID: NodeRecord] = [:]
        var lastClaims: [NodeID: NumberedClaim] = [:]
        /// When each node's lease ends.
        var leases: [NodeID: Instant] = [:]
        /// What each node coordinates.
        var owned: [NodeID: Set<WorkflowID>] = [:]
        /// Which nodes have agents that wait for tasks of a type, as far as is known.
        var waiting: [String: Set<NodeID>] = [:]
        /// Workflows of each node that have mail.
        var inboxes: [NodeID: Set<WorkflowID>] = [:]
        /// What the operation that is being done tells, and whom.
        var told: [Told] = []
        /// What happened to all workflows, and until when it is kept.
        var events: [ServiceEvent] = []
        var eventsKeptUntil: Instant?
        /// When what has ended is to be forgotten.
        var expiry: [Forgettable: Instant] = [:]

        package init() {}
    }

    /// A workflow with all that belongs to it.
    struct Run: Hashable, Sendable {
        let name: String
        let labels: [String: String]
        let labelsText: JSONText
        let plan: JSONText
        let input: JSONText
        let traceparent: String
        let createdAt: Instant
        /// The nonce of its first commit.
        let startedBy: UInt64
        var nonce: UInt64
        var owner: NodeID?
        var takeovers = 0
        var revision = 1
        var committedAt: Instant
        var status: WorkflowStatus
        var head: JSONText
        var steps: [Int: JSONText] = [:]
        var results: [Int: JSONText] = [:]
        var output: JSONText?
        /// The definitions of steps that were added, by their place.
        var added: [Int: JSONText] = [:]
        /// Where the entries of its open tasks are, by step.
        var places: [Int: QueuePlace] = [:]
        var history: [HistoryEntry] = []
        /// By number.
        var escalations: [Int: AskedQuestion] = [:]
        /// Why nobody owns it.
        var quarantine: Failure?
        /// Letters that no commit has taken in.
        var mailbox: [MailedLetter] = []
        var lastLetter: StreamPlace?
    }

    struct Told: Hashable, Sendable {
        let channel: Channel
        let message: NodeMessage
    }

    struct QueuePlace: Hashable, Sendable {
        let queue: String
        let entry: Int

        static func queue(of type: String, _ lane: TaskLane?) -> String { lane.map { "\(type):\($0)" } ?? type }
    }

    struct AskedQuestion: Hashable, Sendable {
        let openedAt: Instant
        let question: JSONText
        var name: String
        var labels: JSONText
        var handled: JSONText?
        var comments: [JSONText] = []
        var resolution: JSONText?
    }

    /// An idempotency key, and what it started.
    struct StartKey: Hashable, Sendable {
        let workflow: WorkflowID
        let plan: JSONText
        let input: JSONText
        let until: Instant

        /// As long as its workflow is remembered.
        static let forever = Instant(milliseconds: .max)
    }

    struct AgentRecord: Hashable, Sendable {
        let registration: AgentRegistration
        let registeredAt: Instant
        var heartbeatAt: Instant
        var status = AgentStatus.alive
        /// Where it asked last.
        var node: NodeID?
        /// The slots that were taken when it was last heard of.
        var holds = 0
        var load: JSONText?
        var reliability: [String: Reliability] = [:]
        /// Who gives back what it held.
        var toldTo: NodeID?
        /// Of its tasks that have to be heard of, or to get anywhere.
        var watched: [TaskID: Watch] = [:]
        /// What it is to be told, by task and number.
        var guidance: [NotePlace: Note] = [:]

        var hasDeparted: Bool { status == .lost || status == .left }
        var endOfLife: Instant { heartbeatAt + registration.lifetime }
    }

    struct NodeRecord: Hashable, Sendable {
        let report: NodeReport
        let startedAt: Instant
        var heartbeatAt: Instant
        /// From when on it judges others.
        var judgesFrom: Instant
        var hasLeft = false

        /// Whether its last heartbeat is not too long ago for the next one to follow it without a gap.
        func isInTouch(at now: Instant) -> Bool {
            now >= heartbeatAt && now - heartbeatAt <= report.longestGap
        }
    }

    /// What a node claimed last of another one.
    struct NumberedClaim: Hashable, Sendable {
        let number: Int
        let claimed: [WorkflowID]
    }

    enum Forgettable: Hashable, Sendable, CustomStringConvertible {
        case workflow(WorkflowID)
        case agent(AgentID)
        case node(NodeID)

        var description: String {
            switch self {
            case .workflow(let id): "workflow:\(id)"
            case .agent(let id): "agent:\(id)"
            case .node(let id): "node:\(id)"
            }
        }
    }
}

extension Dictionary where Key: CustomStringConvertible, Value == Instant {
    /// The keys up to a time, as a sorted set of Redis gives its members: by time, then by name.
    func keysByTime(until end: Instant = Instant(milliseconds: .max), limit: Int) -> [Key] {
        let due = filter { $0.value <= end }.map { (at: $0.value, name: $0.key.description, key: $0.key) }
        return due.sorted { ($0.at, $0.name) < ($1.at, $1.name) }.prefix(limit).map(\.key)
    }
}
