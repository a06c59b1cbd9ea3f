import Glibc

/// Owns a socket's file descriptor: closed once, when its owner is done with it.
struct Descriptor: ~Copyable {
    let number: Int32

    init(owning number: Int32) {
        self.number = number
    }

    deinit { close(number) }

    /// A stream socket that neither blocks nor survives exec.
    static func socket(for address: SocketAddress) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return Descriptor(owning: try check("socket") { Glibc.socket(address.family, type, 0) })
    }

    borrowing func set(_ level: Int32, _ option: Int32) throws(SystemError) {
        var on: Int32 = 1
        let number = number
        try check("setsockopt") { unsafe setsockopt(number, level, option, &on, socklen_t(MemoryLayout<Int32>.size)) }
    }

    /// At most `limit` bytes, and what the buffer holds.
    borrowing func receive(into buffer: inout [UInt8], upTo limit: Int) throws(SystemError) -> IOResult {
        let number = number
        return try systemCall("recv") {
            unsafe buffer.withUnsafeMutableBytes { unsafe recv(number, $0.baseAddress, min(limit, $0.count), 0) }
        }
    }

    /// MSG_NOSIGNAL: a peer that is gone is an error here, not a signal for the process.
    borrowing func send(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> IOResult {
        let number = number
        return try systemCall("send") {
            unsafe bytes.withUnsafeBytes { unsafe Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    borrowing func connect(to address: SocketAddress) throws(SystemError) -> IOResult {
        let number = number
        return unsafe try address.withKernelAddress { pointer, length throws(SystemError) in
            try systemCall("connect") { unsafe Int(Glibc.connect(number, pointer, length)) }
        }
    }

    /// The error that a connection attempt ended with (connect(2), SO_ERROR).
    borrowing func pendingError() throws(SystemError) {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let number = number
        try check("getsockopt") { unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length) }
        if code != 0 { throw SystemError("connect", code: code) }
    }

    borrowing func shutdownWriting() {
        _ = shutdown(number, Int32(SHUT_WR))
    }
}
