package import WorkflowCore

/// What an agent is called for: a task of a type, and who may take it.
package struct TaskCall: Hashable, Sendable, CustomStringConvertible {
    package let type: String
    package let audience: TaskAudience

    package init(_ type: String, for audience: TaskAudience = .pool) {
        self.type = type
        self.audience = audience
    }

    /// Reads what `description` gives.
    init(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(String(parts[0]), for: TaskAudience(parts.count > 1 ? parts[1] : ""))
    }

    /// The type, and its audience if not everyone who is capable of it may take the task.
    package var description: String { audience == .pool ? type : "\(type):\(audience)" }
}
