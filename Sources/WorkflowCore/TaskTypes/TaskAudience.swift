/// Who may take a task of a type.
package enum TaskAudience: Hashable, Sendable, CustomStringConvertible {
    /// Everyone who is capable of it.
    case pool
    /// Those that have what it asks for.
    case meeting(Constraints)
    case agent(AgentID)

    /// Reads what `description` gives.
    package init(_ text: some StringProtocol) {
        if text.isEmpty {
            self = .pool
        } else if let agent = AgentID(String(text)) {
            self = .agent(agent)
        } else {
            self = .meeting(Constraints(text))
        }
    }

    /// As it is part of the names of keys: nothing for all, terms, or the agent's id.
    package var description: String {
        switch self {
        case .pool: ""
        case .meeting(let requirement): requirement.description
        case .agent(let id): id.description
        }
    }
}
