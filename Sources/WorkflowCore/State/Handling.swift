/// What people have done about an open escalation so far: whom it is for, who looks after it, and how they voted.
package struct Handling: Hashable, Sendable {
    /// Counts the changes, so that whoever acts can say what was seen.
    package var version = 1
    /// How far up the ladder of those who are asked it has come.
    package var tier = 1
    package var assignee: String?
    package var claim: Claim?
    /// How many people have to decide the same.
    package var quorum = 1
    package var votes: [Vote] = []
    package var commentCount = 0
    /// Tells whether the last comment was sent once more.
    var lastComment: UInt64?

    /// Bytes of a person's name.
    package static let nameRange = 1...128
    package static let quorumRange = 1...16
    package static let commentLimit = 100
    /// Bytes of a comment.
    package static let commentRange = 1...4096
    package static let voteLimit = 32
    /// Bytes of what a vote gives: all votes are stored with each change of their step's state.
    package static let voteBytes = 32 << 10

    package init() {}

    /// Somebody looks after it, and keeps others from deciding until then.
    package struct Claim: Hashable, Sendable {
        package let by: String
        package let at: Instant
        package let until: Instant

        package static let usual = Duration.seconds(15 * 60)
        package static let range = Duration.seconds(1)...Duration.seconds(7 * 86_400)
    }

    /// What one of several people decided.
    package struct Vote: Hashable, Sendable {
        package let resolution: Resolution
        package let at: Instant
    }

    /// What was said about it.
    package struct Comment: Hashable, Sendable {
        package let by: String
        package let text: String
        package let at: Instant
    }

    /// The claim, if its time is not over.
    package func claim(at now: Instant) -> Claim? { claim.flatMap { $0.until > now ? $0 : nil } }
}
