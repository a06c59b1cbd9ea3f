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
            self.init(unix: text.dropFirst(7))
        } else if text.hasPrefix("redis://") {
            self.init(internet: text.dropFirst(8))
        } else {
            return nil
        }
    }

    private init?(unix text: Substring) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, path.hasPrefix("/") else { return nil }
        address = .unix(path: String(path))
        guard parts.count == 2 else { return }
        guard parts[1].hasPrefix("db="), let number = Self.number(parts[1].dropFirst(3)) else { return nil }
        database = number
    }

    private init?(internet text: Substring) {
        var rest = text
        // A password may have an @ that is not escaped; a host has none.
        if let at = rest.lastIndex(of: "@") {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard login.count == 2 else { return nil }
            user = login[0].isEmpty ? nil : Self.unescaped(login[0])
            password = Self.unescaped(login[1])
            rest = rest[rest.index(after: at)...]
        }
        if let slash = rest.firstIndex(of: "/") {
            let digits = rest[rest.index(after: slash)...]
            guard let number = digits.isEmpty ? 0 : Self.number(digits) else { return nil }
            database = number
            rest = rest[..<slash]
        }
        let hasPort = rest.last == "]" ? false : rest.contains(":")
        guard let address = SocketAddress.parse(hasPort ? String(rest) : "\(rest):6379") else { return nil }
        self.address = address
    }

    private static func number(_ digits: Substring) -> Int? {
        digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(digits) : nil
    }

    /// `%` with two hexadecimal digits is the byte they name (RFC 3986, 2.1); any other `%` is itself.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            let isEscape = byte == UInt8(ascii: "%") && digits.count == 2
            if isEscape, digits.first != UInt8(ascii: "+"), let escaped = UInt8(Substring(digits), radix: 16) {
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Without the password: for logs and error messages.
    package var description: String {
        switch address {
        case .unix(let path): database == 0 ? "unix://\(path)" : "unix://\(path)?db=\(database)"
        case .internet: "redis://\(address)/\(database)"
        }
    }
}
