package import Sockets

/// Where a Redis is and how to log in: `redis://[user:password@]host:port[/database]` or
/// `unix:///path/to.sock[?db=N]`.
package struct RedisEndpoint: Hashable, Sendable, CustomStringConvertible {
    package var address: SocketAddress
    package var user: String?
    package var password: String?
    package var database = 0

    package init(_ address: SocketAddress) {
        self.address = address
    }

    package static let forms = "redis://[user:password@]host:port[/database] or unix:///path[?db=N]"

    package init?(_ text: String) {
        if text.hasPrefix("unix://") {
            let parts = text.dropFirst(7).split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            guard let path = parts.first, path.hasPrefix("/") else { return nil }
            address = .unix(path: String(path))
            guard parts.count == 2 else { return }
            guard parts[1].hasPrefix("db="), let number = Int(parts[1].dropFirst(3)), number >= 0 else { return nil }
            database = number
            return
        }
        guard text.hasPrefix("redis://") else { return nil }
        var rest = text.dropFirst(8)
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard login.count == 2 else { return nil }
            user = login[0].isEmpty ? nil : String(login[0])
            password = String(login[1])
            rest = rest[rest.index(after: at)...]
        }
        if let slash = rest.firstIndex(of: "/") {
            let number = rest[rest.index(after: slash)...]
            guard number.isEmpty || Int(number).map({ $0 >= 0 }) == true else { return nil }
            database = Int(number) ?? 0
            rest = rest[..<slash]
        }
        let hasPort = rest.last == "]" ? false : rest.contains(":")
        guard let address = SocketAddress.parse(hasPort ? String(rest) : "\(rest):6379") else { return nil }
        self.address = address
    }

    /// Without the password: for logs and error messages.
    package var description: String {
        switch address {
        case .unix(let path): "unix://\(path)"
        case .internet: "redis://\(address)/\(database)"
        }
    }
}
