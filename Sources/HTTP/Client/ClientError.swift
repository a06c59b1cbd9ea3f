/// Why there is no response, told apart by what is known about the request.
package enum ClientError: Error, Hashable, CustomStringConvertible {
    /// The request has a target or host that no request can have.
    case invalidRequest(String)
    /// The server was not reached: the request has had no effect.
    case notSent(String)
    /// The request was sent and the connection ended before the answer: whether it had an effect is unknown.
    case noAnswer(String)
    /// The request was sent and there was no answer in time: whether it had an effect is unknown.
    case timedOut(after: Duration)
    /// What came back is not HTTP, or more than is taken.
    case malformedAnswer(String)
    /// The task was cancelled: whether the request had an effect is unknown.
    case cancelled

    package var description: String {
        switch self {
        case .invalidRequest(let reason): "The request cannot be sent: \(reason)"
        case .notSent(let reason): "The server was not reached: \(reason)"
        case .noAnswer(let reason): "The connection ended before the answer: \(reason)"
        case .timedOut(let limit): "There was no answer within \(limit)."
        case .malformedAnswer(let reason): "The answer was not understood: \(reason)"
        case .cancelled: "The request was cancelled."
        }
    }
}
