import JSON
package import WorkflowCore

/// What nodes, and the store's scripts in their place, tell each other.
///
/// Messages are hints: whoever was not connected never hears them. What they tell of is in the store, where it is found
/// by whoever connects anew.
package enum NodeMessage: Hashable, Sendable {
    /// A letter lies in the mailbox of a workflow that the hearer owns.
    case mail(WorkflowID, MailedLetter)
    /// What became of a letter of the hearer's.
    case reply(number: UInt64, Delivery)
    /// Nobody will take a letter of the hearer's in, because its workflow has ended: it is to ask anew.
    case again(number: UInt64)
    /// At another node an agent took a task of a workflow that the hearer owns.
    case taken(TaskID, attempt: Int, by: AgentID, at: Instant)
    /// There is a task for which an agent may be waiting at the hearer.
    case task(TaskCall)
    /// A task that an agent may work on is not its any more, or one is directed to it, and the agent may be waiting at
    /// the hearer.
    case stop(AgentID)
    /// There is a later revision of a workflow.
    case changed(WorkflowID, revision: Int)
    /// What is set for a task type has changed.
    case settings(type: String)
    /// A node has left, and what it owned is to be claimed.
    case left(NodeID)
}

/// What a node listens to.
package enum Channel: Hashable, Sendable {
    /// What is told to one node.
    case node(NodeID)
    /// What is told to all nodes.
    case nodes
    /// The commits of a workflow.
    case workflow(WorkflowID)
}

/// The way on which messages come.
package protocol MessageSource: Sendable {
    /// Hears until the task is cancelled. `hear` is called on the loop of this source, in the order of the store.
    func run(_ hear: @escaping @Sendable (Heard) -> Void) async

    /// Returns when every message on the channel from now on will be heard; the channel is listened to again after a
    /// connection broke. After `StoreError.unavailable` that is still to come.
    func listen(to channel: Channel) async throws(StoreError)

    /// Takes one `listen` back: with the last of a channel's it falls silent.
    func ignore(_ channel: Channel) async
}

package enum Heard: Sendable {
    /// There was no connection for a while, or there was none before: messages may have been missed.
    case connected
    case message(NodeMessage)
}

/// As the scripts publish them: a word, operands, and at the end what may hold spaces.
extension NodeMessage {
    package init?(_ bytes: [UInt8]) {
        var reader = MessageReader(bytes)
        switch reader.word() {
        case "mail":
            guard let workflow = WorkflowID(reader.word()), let place = StreamPlace(reader.word()) else { return nil }
            let (to, number) = (reader.word(), reader.word())
            self = .mail(workflow, MailedLetter(place: place, to: to, number: number, event: reader.rest))
        case "reply":
            guard let number = UInt64(reader.word()), let text = reader.json, let delivery = Delivery(stored: text)
            else { return nil }
            self = .reply(number: number, delivery)
        case "again":
            guard let number = UInt64(reader.word()) else { return nil }
            self = .again(number: number)
        case "taken":
            guard let task = TaskID(reader.word()), let attempt = Int(reader.word()),
                let agent = AgentID(reader.word()), let at = Int64(reader.word())
            else { return nil }
            self = .taken(task, attempt: attempt, by: agent, at: Instant(milliseconds: at))
        case "task": self = .task(TaskCall(text: reader.word()))
        case "stop":
            guard let agent = AgentID(reader.word()) else { return nil }
            self = .stop(agent)
        case "changed":
            guard let workflow = WorkflowID(reader.word()), let revision = Int(reader.word()) else { return nil }
            self = .changed(workflow, revision: revision)
        case "settings": self = .settings(type: reader.word())
        case "left":
            guard let node = NodeID(reader.word()) else { return nil }
            self = .left(node)
        default: return nil
        }
    }
}

extension Letter {
    /// One that a node wrote.
    init?(to node: String, number: String, event: [UInt8]) {
        guard let text = try? JSONText(validating: event), let event = Event(stored: text) else { return nil }
        let number = UInt64(number) ?? 0
        self.init(event, reply: NodeID(node).map { .node($0, number: number) })
    }
}
