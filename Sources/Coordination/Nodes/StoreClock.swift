import Synchronization
package import WorkflowCore

/// The store's time, as a node tells it between two heartbeats: the last answer, and what has passed since on the
/// node's own steady clock. It never goes back.
package final class StoreClock: Sendable {
    private let state = Mutex(State())

    private struct State {
        var synchronizedAt = ContinuousClock.now
        var storeTime = Instant(milliseconds: 0)
        var latest = Instant(milliseconds: 0)
    }

    package init() {}

    package func now() -> Instant {
        let now = ContinuousClock.now
        return state.withLock { state in
            state.latest = max(state.latest, state.storeTime + (now - state.synchronizedAt))
            return state.latest
        }
    }

    /// Takes over what the store answered to a question that was sent at `sentAt`: on average it looked at its clock
    /// in the middle of the way there and back.
    package func synchronize(to storeTime: Instant, sentAt: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        let middle = sentAt + (now - sentAt) / 2
        state.withLock { state in
            state.synchronizedAt = middle
            state.storeTime = storeTime
        }
    }
}
