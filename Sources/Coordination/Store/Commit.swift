package import JSON
package import WorkflowCore

/// One transition, or a piece of a large one, as it is stored: all of it or nothing.
package struct Commit: Sendable {
    package let workflow: WorkflowID
    /// Who has to be the owner.
    package let node: NodeID
    /// The revision that it was made from.
    package let revision: Int
    /// Distinguishes this commit from all others, so that the same one sent twice is done once.
    package let nonce: UInt64
    package let createdAt: Instant
    /// Its own time.
    package let at: Instant
    package let status: WorkflowStatus
    package let head: JSONText
    /// The states of the changed steps, by their place in the plan.
    package let steps: [(step: Int, state: JSONText)]
    package let effects: [Effect]
    /// W3C trace context, handed on with tasks; empty if there is none.
    package let traceparent: String
    /// Set with the commit that ends the workflow: when it is forgotten.
    package let forgetAt: Instant?
    /// The letters that it takes in: they leave the mailbox, and their senders are told.
    package var letters: [AnsweredLetter] = []
    /// Agents that may be at work on what is not theirs any more: they are told, wherever they wait.
    package var stops: [AgentID] = []
    /// Where its tasks wait, for those that are told apart, by step.
    package var lanes: [Int: TaskLane] = [:]
    /// How long those that are directed to an agent wait for it, by step.
    package var waits: [Int: Duration] = [:]
    /// Types of its tasks that may not be listed yet.
    package var newTypes: [String] = []
}

/// A letter that a commit takes in, and what its sender is told.
package struct AnsweredLetter: Hashable, Sendable {
    package let place: StreamPlace
    package let reply: ReplyAddress?
    package let delivery: Delivery

    package init(place: StreamPlace, reply: ReplyAddress?, delivery: Delivery) {
        self.place = place
        self.reply = reply
        self.delivery = delivery
    }
}

package enum CommitOutcome: Hashable, Sendable {
    case committed
    /// The same, and it is the node's to call the agents that wait there for new tasks: no other node was told of them.
    case committedForAgentsHere
    /// Another node owns the workflow; nothing was stored.
    case fenced

    package var isCommitted: Bool { self != .fenced }
}

/// What is stored of a workflow once, when it starts.
package struct StartedWorkflow: Sendable {
    package let name: String
    package let labels: [String: String]
    package let plan: JSONText
    package let input: JSONText
    /// What makes the request safe to repeat, if its sender gave it.
    package let idempotencyKey: String?
    /// The plan as its sender wrote it, if that says less than what is stored.
    package var sentPlan: JSONText?
    /// How long the key is remembered; `nil` as long as the workflow is.
    package var keyLifetime: Duration? = Self.usualKeyLifetime

    package static let usualKeyLifetime = Duration.seconds(86_400)

    /// The labels as they are stored and shown: a JSON object.
    var labelsText: JSONText { labels.sortedObject }
}

extension [String: String] {
    /// In the order of the names.
    var sortedObject: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            for (name, value) in sorted(by: { $0.key < $1.key }) { writer.field(name, value) }
        }
        return writer.text
    }
}

package enum StartOutcome: Hashable, Sendable {
    case started
    /// The same, and it is the node's to call the agents that wait there for new tasks: no other node was told of them.
    case startedForAgentsHere
    /// The key started this workflow before; nothing was stored.
    case known(WorkflowID)
    /// The key came with another plan or input before; nothing was stored.
    case keyReused

    package var isStarted: Bool { self == .started || self == .startedForAgentsHere }
}
