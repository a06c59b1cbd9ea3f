package import WorkflowCore

/// An event on its way to a coordinator at another node.
package struct Letter: Hashable, Sendable {
    package let event: Event
    /// Who waits to be told what becomes of it; `nil` if nobody does.
    package let reply: ReplyAddress?

    package init(_ event: Event, reply: ReplyAddress? = nil) {
        self.event = event
        self.reply = reply
    }
}

/// Where the reply to a letter goes.
package enum ReplyAddress: Hashable, Sendable {
    /// The number tells the letters of that node apart.
    case node(NodeID, number: UInt64)
    /// To an agent beside Redis, for its answer.
    case agent(AnswerReceipt)
}

/// A letter in a workflow's mailbox. It lies there until the commit that takes it in.
package struct MailedLetter: Hashable, Sendable {
    package let place: StreamPlace
    /// `nil` if it cannot be read here: another version of this program wrote it, or an agent.
    package let letter: Letter?
    /// Who waits to be told what becomes of it, be it readable or not.
    package let reply: ReplyAddress?

    package init(place: StreamPlace, letter: Letter?) {
        self.place = place
        self.letter = letter
        reply = letter?.reply
    }

    /// An agent's answer that cannot be read: it is told why.
    init(place: StreamPlace, unreadable receipt: AnswerReceipt) {
        self.place = place
        letter = nil
        reply = .agent(receipt)
    }

    /// As it lies in a mailbox: who waits for a reply, `-` if nobody does, the letter's number, and the event.
    init(place: StreamPlace, to: String, number: String, event: [UInt8]) {
        if let agent = AgentID(to) {
            self.init(place: place, from: agent, attempt: number, event)
        } else {
            self.init(place: place, letter: Letter(to: to, number: number, event: event))
        }
    }
}

/// What became of a letter that was handed to the store.
package enum Posting: Hashable, Sendable {
    case unknownWorkflow
    /// Nobody coordinates it any more, and the letter was not kept.
    case ended
    /// Nobody coordinates it until a person has decided, and the letter was not kept.
    case quarantined
    /// The sender itself owns the workflow, as before or because its owner was gone; the letter was not kept.
    case own
    /// It lies in the mailbox, and the owner was told.
    case mailed
}

/// What lies beside a checkpoint, and need not be in it yet.
package struct Surroundings: Hashable, Sendable {
    /// Which agents hold open tasks, and since when.
    package var takes: [StoredWorkflow.Take] = []
    /// Letters that no commit has taken in, in their order.
    package var letters: [MailedLetter] = []

    package init(takes: [StoredWorkflow.Take] = [], letters: [MailedLetter] = []) {
        self.takes = takes
        self.letters = letters
    }
}
