import Glibc
import Sockets

/// Asks a starting Redis for PONG, again and again, with plain blocking calls.
struct ReadinessProbe {
    private let path: String

    init(_ address: SocketAddress) {
        if case .unix(let path) = address { self.path = path } else { path = "" }
    }

    /// Whether it answers in so many milliseconds.
    func waitUntilReady(within milliseconds: Int) -> Bool {
        for _ in 0..<milliseconds {
            if answers() { return true }
            _ = poll(nil, 0, 1)
        }
        return false
    }

    private func answers() -> Bool {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe connect(socket, $0, size) }
        }
        guard result == 0, unsafe send(socket, "PING\r\n", 6, Int32(MSG_NOSIGNAL)) == 6 else { return false }
        var answer = [UInt8](repeating: 0, count: 7)
        return unsafe recv(socket, &answer, 7, Int32(MSG_WAITALL)) == 7 && answer == Array("+PONG\r\n".utf8)
    }
}
