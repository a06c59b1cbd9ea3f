/// Why a command has no reply.
package enum RedisError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It was not run: Redis cannot be reached, or is not ready. It may be tried again.
    case unavailable(String)
    /// It was sent, and the connection broke before its reply: it may have been run, or may still be.
    case outcomeUnknown
    /// Redis refused it.
    case server(code: String, message: String)

    package var description: String {
        switch self {
        case .unavailable(let reason): "Redis is not available: \(reason)"
        case .outcomeUnknown: "the connection to Redis broke before the reply; the command may have been run"
        case .server(let code, let message): "Redis answered \(code) \(message)"
        }
    }

    /// Replies that mean "not now" rather than "not like this".
    static let temporaryCodes: Set<String> = [
        "LOADING", "BUSY", "OOM", "MISCONF", "READONLY", "MASTERDOWN", "TRYAGAIN",
    ]
}
