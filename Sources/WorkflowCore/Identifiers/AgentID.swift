import JSON

/// The name of a registered agent: `agent_<26 characters>`. Registering again gives a new one.
package struct AgentID: Hashable, Sendable, PlainText {
    package let token: RandomToken

    package init(token: RandomToken) {
        self.token = token
    }

    package init?(_ text: String) {
        guard let token = IdentifierText.token(text, prefix: "agent_") else { return nil }
        self.token = token
    }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        bytes += "agent_".utf8
        token.append(to: &bytes)
    }
}
