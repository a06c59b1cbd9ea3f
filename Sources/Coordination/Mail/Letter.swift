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
package struct ReplyAddress: Hashable, Sendable {
    package let node: NodeID
    /// Tells the letters of that node apart.
    package let number: UInt64

    package init(node: NodeID, number: UInt64) {
        self.node = node
        self.number = number
    }
}

/// A letter in a workflow's mailbox. It lies there until the commit that takes it in.
package struct MailedLetter: Hashable, Sendable {
    package let place: StreamPlace
    /// `nil` if it cannot be read here: another version of this program wrote it.
    package let letter: Letter?

    package init(place: StreamPlace, letter: Letter?) {
        self.place = place
        self.letter = letter
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
