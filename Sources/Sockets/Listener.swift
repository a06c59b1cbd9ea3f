import CLinux
import Glibc
import Synchronization

/// Accepts connections for one loop. Every loop has its own listener on the same address (SO_REUSEPORT, socket(7)), so
/// that the kernel spreads connections and none of them ever changes loops.
package final class Listener: Sendable {
    /// With the port that the kernel chose, where 0 was asked for.
    package let address: SocketAddress
    private let state: Mutex<State>
    private let loop: EventLoop
    private let onAccept: @Sendable (SocketStream) -> Void

    private struct State: ~Copyable {
        var socket: Descriptor?
        var isPaused = false
    }

    private static let backlog: Int32 = 4096
    /// How long no connection is accepted after the process ran out of descriptors.
    private static let outOfDescriptorsPause = Duration.milliseconds(50)

    package init(
        _ address: SocketAddress, on loop: EventLoop, onAccept: @escaping @Sendable (SocketStream) -> Void
    ) throws(SystemError) {
        let socket = try Descriptor.socket(for: address)
        if case .internet = address {
            try socket.set(SOL_SOCKET, SO_REUSEADDR)
            try socket.set(SOL_SOCKET, SO_REUSEPORT)
        }
        let number = socket.number
        unsafe try address.withKernelAddress { pointer, length throws(SystemError) in
            _ = try check("bind \(address)") { unsafe bind(number, pointer, length) }
        }
        try check("listen \(address)") { listen(number, Self.backlog) }
        self.address = try Self.bound(address, number)
        self.loop = loop
        self.onAccept = onAccept
        state = Mutex(State(socket: consume socket))
        try loop.watch(number, self)
    }

    /// Throws if another socket listens there, of this process or another one, although that one would share.
    package static func checkIsFree(_ address: SocketAddress) throws(SystemError) {
        guard case .internet = address else { return }
        let socket = try Descriptor.socket(for: address)
        try socket.set(SOL_SOCKET, SO_REUSEADDR)
        let number = socket.number
        unsafe try address.withKernelAddress { pointer, length throws(SystemError) in
            _ = try check("bind \(address)") { unsafe bind(number, pointer, length) }
        }
    }

    /// Stops accepting; connections that were accepted live on.
    package func close() {
        state.withLock { state in
            if let number = state.socket?.number { loop.unwatch(number) }
            state.socket = nil
        }
    }

    private static func bound(_ address: SocketAddress, _ number: Int32) throws(SystemError) -> SocketAddress {
        guard case .internet(let host, 0) = address else { return address }
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        try unsafe withUnsafeMutablePointer(to: &storage) { pointer throws(SystemError) in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer throws(SystemError) in
                _ = try check("getsockname") { unsafe getsockname(number, pointer, &length) }
            }
        }
        // sockaddr_in and sockaddr_in6 have the port at the same place.
        return .internet(host: host, port: Int(UInt16(bigEndian: storage.sin6_port)))
    }
}

extension Listener: ReadinessHandler {
    func ready(_ readiness: Readiness) {
        while let number = acceptNext() {
            let socket = Descriptor(owning: number)
            if case .internet = address { try? socket.set(Int32(IPPROTO_TCP), TCP_NODELAY) }
            let stream = SocketStream(socket, on: loop)
            // Fails only for want of kernel memory; the peer then sees its connection closed.
            do throws(SystemError) {
                try stream.startOnLoop()
            } catch {
                continue
            }
            onAccept(stream)
        }
    }

    private func acceptNext() -> Int32? {
        state.withLock { state -> Int32? in
            guard let number = state.socket?.number, !state.isPaused else { return nil }
            while true {
                let accepted = CLinux_accept(number)
                if accepted >= 0 { return accepted }
                switch errno {
                case EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    state.isPaused = true
                    _ = loop.schedule(after: Self.outOfDescriptorsPause) { [weak self] in self?.resume() }
                    return nil
                // The rest is about one connection that is gone already, or not let through (accept(2)).
                case EINTR, ECONNABORTED, EPROTO, EPERM, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET,
                    ENOPROTOOPT, EOPNOTSUPP, ETIMEDOUT:
                    continue
                default: return nil
                }
            }
        }
    }

    private func resume() {
        state.withLock { $0.isPaused = false }
        ready(Readiness(isReadable: true, isWritable: false))
    }
}
