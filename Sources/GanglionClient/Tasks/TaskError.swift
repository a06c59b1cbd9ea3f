import JSON

/// Why an attempt at a task failed, as an agent tells it.
///
/// ```swift
/// throw TaskError(code: "rate_limited", message: "The model asked for a pause.", retryAfter: .seconds(10))
/// ```
public struct TaskError: Error, Hashable, Sendable, CustomStringConvertible {
    /// For programs.
    public var code: String
    /// For people.
    public var message: String
    /// Whether another attempt may do better.
    public var isRetryable: Bool
    /// How long the next attempt waits at least, in place of the wait of the plan's retry policy.
    public var retryAfter: Duration?

    public init(code: String, message: String, retryable: Bool = true, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        isRetryable = retryable
        self.retryAfter = retryAfter
    }

    /// What any other error of a handler becomes.
    init(_ error: any Error) {
        self = error as? TaskError ?? TaskError(code: "agent_error", message: "\(error)")
    }

    public var description: String { "\(code): \(message)" }
}

extension TaskError {
    /// What the API takes, in bytes. An error's description may be longer, and is cut rather than refused.
    private static let longestCode = 64
    private static let longestMessage = 4096

    func write(to body: inout JSONWriter) {
        body.object { body in
            body.field("code", code.isEmpty ? "agent_error" : code.cut(to: Self.longestCode))
            body.field("message", message.cut(to: Self.longestMessage))
            body.field("retryable", isRetryable)
            body.field("retry_after", optional: retryAfter?.wireText)
        }
    }
}

extension String {
    /// As many whole scalars from the beginning as fit.
    fileprivate func cut(to length: Int) -> String {
        guard utf8.count > length else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: length)
        // The first byte of a scalar is not of the form 10xxxxxx (RFC 3629 3).
        while utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
