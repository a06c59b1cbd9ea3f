package import JSON

/// What is known of work that takes long, beside its progress. Most steps have none of it.
package struct LongWork: Hashable, Sendable {
    /// When the agent was last known to be at work on it; only of a running step with a `heartbeat_timeout`. It is not
    /// part of the checkpoint: whoever resumes the workflow reads it beside that.
    package var heardAt: Instant?
    /// When the attempt has failed unless something is heard of it before.
    package var silentAt: Instant?
    /// What attempts have made up to now, for the next one to go on from.
    package var partial: JSONText?
    /// What people and other agents have told whoever works on it, and nobody has acknowledged yet.
    package var guidance: [Guidance] = []
    /// How many notes there ever were; the next one's number is one higher.
    package var guidanceCount = 0
    /// Whether the current attempt gets anywhere; only of a step that is to be watched for that.
    package var vigil: Vigil?

    /// The most bytes of a partial output: it is stored with each change of the step.
    package static let partialLimit = 256 << 10

    package init() {}

    /// Nothing of it is about the next attempt.
    mutating func endAttempt() {
        heardAt = nil
        silentAt = nil
        vigil = nil
    }

    /// A step that did not complete keeps what was made.
    mutating func end(completed: Bool) {
        endAttempt()
        guidance = []
        guard completed else { return }
        partial = nil
        guidanceCount = 0
    }
}

/// A note to whoever works on a task.
package struct Guidance: Hashable, Sendable {
    /// From 1 on within its step.
    package let number: Int
    package let text: String
    package let by: String
    package let at: Instant

    /// Bytes of its text.
    package static let lengthRange = 1...4096
    /// Of one step, as long as nobody acknowledges them.
    package static let limit = 16

    package init(number: Int, text: String, by: String, at: Instant) {
        self.number = number
        self.text = text
        self.by = by
        self.at = at
    }
}
