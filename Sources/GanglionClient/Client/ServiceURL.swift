import Sockets

/// Where the service is, as people write it: `http://host:port`, or `http+unix:///path` for a unix socket.
struct ServiceURL: Hashable, Sendable {
    let address: SocketAddress

    init(_ text: String) throws(GanglionError) {
        if let path = Self.rest(of: text, after: "http+unix://") {
            guard path.hasPrefix("/"), path.utf8.count > 1 else {
                throw .invalidArgument("'\(text)' has no absolute path: http+unix:///run/ganglion.sock would be one")
            }
            address = .unix(path: path)
            return
        }
        guard var authority = Self.rest(of: text, after: "http://") else {
            throw .invalidArgument("'\(text)' is neither http://host:port nor http+unix:///path")
        }
        if authority.hasSuffix("/") { authority.removeLast() }
        guard !authority.contains(where: { "/?#@".contains($0) }) else {
            throw .invalidArgument("'\(text)' has more than a host and a port")
        }
        guard let address = SocketAddress.parse(authority) ?? SocketAddress.parse(authority + ":80"),
            case .internet = address
        else { throw .invalidArgument("'\(text)' has no host and port that are understood") }
        self.address = address
    }

    /// Schemes are compared without regard to case (RFC 3986 3.1).
    private static func rest(of text: String, after scheme: String) -> String? {
        text.prefix(scheme.count).lowercased() == scheme ? String(text.dropFirst(scheme.count)) : nil
    }
}
