import Sockets
import Synchronization

/// One suspended task and what it waits for. Whoever resumes it first wins; that includes time and cancellation, which
/// give `nil`.
final class Waiter<Value: Sendable>: Sendable {
    private let state = Mutex(State.idle)

    private enum State {
        case idle
        case waiting(CheckedContinuation<Value?, Never>)
        case done(Value?)
    }

    /// Says whether this was the first to resume it.
    @discardableResult
    func resume(_ value: Value?) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, CheckedContinuation<Value?, Never>?) in
            switch state {
            case .idle:
                state = .done(value)
                return (true, nil)
            case .waiting(let continuation):
                state = .done(value)
                return (true, continuation)
            case .done: return (false, nil)
            }
        }
        continuation?.resume(returning: value)
        return isFirst
    }

    func wait(for duration: Duration, on loop: EventLoop) async -> Value? {
        let timer = loop.schedule(after: duration) { self.resume(nil) }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early: Value?? = state.withLock { state in
                    if case .done(let value) = state { return value }
                    state = .waiting(continuation)
                    return .none
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            resume(nil)
        }
    }
}
