import Glibc

/// A system call that failed: which one, and errno.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    package let call: String
    package let code: Int32

    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String { unsafe "\(call): \(String(cString: strerror(code)))" }

    /// The peer is gone, or was never there: nothing that this process did wrong.
    package var isDisconnect: Bool {
        [ECONNRESET, EPIPE, ECONNREFUSED, ECONNABORTED, ENOTCONN, ETIMEDOUT, ENOENT].contains(code)
    }
}

/// What a call on a socket that does not block came to.
package enum IOResult: Hashable, Sendable {
    case processed(Int)
    case wouldBlock
}

/// Runs a system call as often as signals interrupt it (EINTR), and turns errno into a result or an error.
func systemCall(_ name: String, _ body: () -> Int) throws(SystemError) -> IOResult {
    while true {
        let result = body()
        if result >= 0 { return .processed(result) }
        switch errno {
        case EINTR: continue
        case EAGAIN, EINPROGRESS: return .wouldBlock
        default: throw SystemError(name)
        }
    }
}

/// The same for calls that never have to wait.
@discardableResult
func check(_ name: String, _ body: () -> Int32) throws(SystemError) -> Int32 {
    while true {
        let result = body()
        if result >= 0 { return result }
        if errno != EINTR { throw SystemError(name) }
    }
}
