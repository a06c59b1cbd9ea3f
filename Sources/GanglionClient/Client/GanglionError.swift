/// Why a call to the service has no result, told apart by what is known of its effect.
///
/// ```swift
/// do {
///     workflow = try await client.start(plan)
/// } catch .refused(let problem) where problem.status == 422 {
///     for place in problem.places { print(place) }
/// }
/// ```
public enum GanglionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The service answered that it did not do it, and why.
    case refused(Problem)
    /// The service was not reached: the call had no effect.
    case unreachable(String)
    /// The call was sent, and the connection ended before the answer: whether it had an effect is unknown.
    case noAnswer(String)
    /// The call was sent, and there was no answer in time: whether it had an effect is unknown.
    case timedOut(after: Duration)
    /// The calling task was cancelled: whether the call had an effect is unknown.
    case cancelled
    /// The answer is not what the API's contract says.
    case unexpectedAnswer(String)
    /// What the caller gave cannot be sent: not a URL, not JSON.
    case invalidArgument(String)

    public var description: String {
        switch self {
        case .refused(let problem): "\(problem)"
        case .unreachable(let reason): "The service was not reached: \(reason)"
        case .noAnswer(let reason): "There was no answer: \(reason)"
        case .timedOut(let limit): "There was no answer within \(limit)."
        case .cancelled: "The call was cancelled."
        case .unexpectedAnswer(let reason): "The answer was not understood: \(reason)"
        case .invalidArgument(let reason): "The call cannot be made: \(reason)"
        }
    }

    /// The problem that the service answered with, if it answered.
    public var problem: Problem? {
        if case .refused(let problem) = self { problem } else { nil }
    }
}
