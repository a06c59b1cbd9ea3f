import Synchronization

/// Lets one through at a time, in the order in which they came.
final class Turnstile: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// Those before it have gone through.
        var first = 0

        mutating func next() -> CheckedContinuation<Void, Never>? {
            guard first < waiting.count else {
                self = State()
                return nil
            }
            defer { first += 1 }
            // Whoever has gone through is forgotten now and then, so that each costs the same however many wait.
            if first > 1024, first > waiting.count / 2 {
                waiting.removeFirst(first)
                first = 0
            }
            return waiting[first]
        }
    }

    /// Runs the body when everybody who came before has gone through.
    func pass<Value, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async {
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                if state.isTaken { state.waiting.append(turn) }
                defer { state.isTaken = true }
                return !state.isTaken
            }
            if isFree { turn.resume() }
        }
    }

    private func leave() {
        state.withLock { $0.next() }?.resume()
    }
}
