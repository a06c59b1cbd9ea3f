import JSON

/// The name of one incarnation of a server process: `node_<26 characters>`. A restart is a new one.
package struct NodeID: Hashable, Sendable, PlainText {
    package let token: RandomToken

    package init(token: RandomToken) {
        self.token = token
    }

    package init?(_ text: String) {
        guard let token = IdentifierText.token(text, prefix: "node_") else { return nil }
        self.token = token
    }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        bytes += "node_".utf8
        token.append(to: &bytes)
    }
}
