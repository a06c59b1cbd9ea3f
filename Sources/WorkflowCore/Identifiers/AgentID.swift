/// The name of a registered agent: `agent_<26 characters>`. Registering again gives a new one.
package struct AgentID: Hashable, Sendable, CustomStringConvertible {
    package let token: RandomToken

    package init(token: RandomToken) {
        self.token = token
    }

    package init?(_ text: String) {
        guard text.hasPrefix("agent_"), let token = RandomToken(text.dropFirst(6)) else { return nil }
        self.token = token
    }

    package var description: String { "agent_\(token)" }
}
