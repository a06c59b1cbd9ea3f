/// The name of one incarnation of a server process: `node_<26 characters>`. A restart is a new one.
package struct NodeID: Hashable, Sendable, CustomStringConvertible {
    package let token: RandomToken

    package init(token: RandomToken) {
        self.token = token
    }

    package init?(_ text: String) {
        guard text.hasPrefix("node_"), let token = RandomToken(text.dropFirst(5)) else { return nil }
        self.token = token
    }

    package var description: String { "node_\(token)" }
}
