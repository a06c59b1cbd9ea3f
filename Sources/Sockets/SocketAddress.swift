import Dispatch
import Glibc

/// Where to listen or connect: an IP address or host name with a port, or a unix socket's path.
package enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    case internet(host: String, port: Int)
    case unix(path: String)

    /// `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080` or `unix:/run/ganglion.sock`.
    package static func parse(_ text: String) -> SocketAddress? {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            return path.isEmpty ? nil : .unix(path: path)
        }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), port <= 65_535
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return host.isEmpty ? nil : .internet(host: String(host), port: port)
    }

    /// 127.0.0.0/8 (RFC 1122 3.2.1.3), and not a name that begins like it.
    private static func isInLoopbackBlock(_ host: String) -> Bool {
        host.hasPrefix("127.") && host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }

    package var isLoopback: Bool {
        switch self {
        case .unix: true
        case .internet(let host, _): host == "localhost" || host == "::1" || Self.isInLoopbackBlock(host)
        }
    }

    package var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .internet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// The kernel's form of a unix path or a numeric address; names have to be resolved first.
    func withKernelAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        switch self {
        case .unix(let path): return try unsafe Self.withUnixAddress(path, body)
        case .internet(let host, let port):
            guard let found = unsafe Self.lookUp(host, port, AI_NUMERICHOST | AI_NUMERICSERV) else {
                throw SystemError("getaddrinfo", code: EADDRNOTAVAIL)
            }
            defer { unsafe freeaddrinfo(found) }
            return try unsafe body(found.pointee.ai_addr, found.pointee.ai_addrlen)
        }
    }

    var family: Int32 {
        switch self {
        case .unix: AF_UNIX
        case .internet(let host, _): host.contains(":") ? AF_INET6 : AF_INET
        }
    }

    /// The numeric addresses of a host name, best first. The look-up blocks, so it is made off the loops.
    package func resolved() async throws(SystemError) -> [SocketAddress] {
        guard case .internet(let host, let port) = self else { return [self] }
        let found: [SocketAddress] = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: Self.numeric(host, port)) }
        }
        guard !found.isEmpty else { throw SystemError("getaddrinfo(\(host))", code: EADDRNOTAVAIL) }
        return found
    }

    private static func numeric(_ host: String, _ port: Int) -> [SocketAddress] {
        guard let first = unsafe lookUp(host, port, 0) else { return [] }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var next: UnsafeMutablePointer<addrinfo>? = unsafe first
        while let info = unsafe next {
            var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let (address, length) = unsafe (info.pointee.ai_addr, info.pointee.ai_addrlen)
            if unsafe getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0 {
                let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
                addresses.append(.internet(host: text, port: port))
            }
            unsafe next = info.pointee.ai_next
        }
        return addresses
    }

    private static func lookUp(_ host: String, _ port: Int, _ flags: Int32) -> UnsafeMutablePointer<addrinfo>? {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = flags
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        return unsafe getaddrinfo(host, String(port), &hints, &found) == 0 ? found : nil
    }

    private static func withUnixAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        // unix(7): the path and a closing NUL fit in sun_path.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError("unix socket path of \(bytes.count) bytes", code: ENAMETOOLONG)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        var outcome: Swift.Result<Result, SystemError>?
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                do throws(SystemError) {
                    outcome = .success(try unsafe body(pointer, socklen_t(MemoryLayout<sockaddr_un>.size)))
                } catch {
                    outcome = .failure(error)
                }
            }
        }
        guard let outcome else { throw SystemError("sockaddr_un", code: EINVAL) }
        return try outcome.get()
    }
}
