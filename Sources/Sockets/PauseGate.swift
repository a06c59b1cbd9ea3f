import Synchronization

/// Lets one waiter through once opened, whichever comes first.
final class PauseGate: Sendable {
    private let state = Mutex(State.closed)

    private enum State {
        case closed
        case awaited(CheckedContinuation<Void, Never>)
        case open
    }

    func open() {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .open }
            if case .awaited(let waiter) = state { return waiter }
            return nil
        }
        waiter?.resume()
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if case .open = state { return true }
                state = .awaited(continuation)
                return false
            }
            if isOpen { continuation.resume() }
        }
    }
}
