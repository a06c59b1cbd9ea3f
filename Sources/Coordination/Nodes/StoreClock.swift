import Synchronization
package import WorkflowCore

/// The store's time, as a node tells it between two heartbeats: the last answer, and what has passed since on the
/// node's own steady clock.
///
/// It stands still rather than go back a little, as it would have to whenever an answer took longer on one way than on
/// the other. A store whose clock was set back is followed: deadlines count by that clock, and a node that waited for
/// it to catch up would let none pass until then.
package final class StoreClock: Sendable {
    private let state: Mutex<State>

    /// So much is waited out.
    private static let longestStandstill = Duration.seconds(1)

    private struct State {
        var synchronizedAt: ContinuousClock.Instant
        var storeTime = Instant(milliseconds: 0)
        /// How far `storeTime` may be off; none before the first answer.
        var uncertainty: Duration?
        var latest = Instant(milliseconds: 0)

        func time(at moment: ContinuousClock.Instant) -> Instant { storeTime + (moment - synchronizedAt) }
    }

    /// `moment` is, like all others, one of the node's own clock.
    package init(at moment: ContinuousClock.Instant) {
        state = Mutex(State(synchronizedAt: moment))
    }

    package func now(at moment: ContinuousClock.Instant) -> Instant {
        state.withLock { state in
            let time = state.time(at: moment)
            if time > state.latest || state.latest - time > Self.longestStandstill { state.latest = time }
            return state.latest
        }
    }

    /// How long it takes until this time has come, standstills included.
    package func wait(until time: Instant, at moment: ContinuousClock.Instant) -> Duration {
        max(state.withLock { time - $0.time(at: moment) }, .zero)
    }

    /// Takes over what the store answered to a question: on average it looked at its clock in the middle of the way
    /// there and back. An answer that was long on its way says less than the one before it, unless the two cannot both
    /// be right.
    package func synchronize(
        to storeTime: Instant, sentAt: ContinuousClock.Instant, answeredAt: ContinuousClock.Instant
    ) {
        let uncertainty = (answeredAt - sentAt) / 2
        let middle = sentAt + uncertainty
        state.withLock { state in
            if let known = state.uncertainty {
                // A steady clock strays from another by less than a thousandth.
                let grown = known + (middle - state.synchronizedAt) / 1000
                let difference = storeTime - state.time(at: middle)
                let contradicts = max(difference, .zero - difference) > uncertainty + grown + .milliseconds(1)
                guard uncertainty <= grown || contradicts else { return }
            }
            state.synchronizedAt = middle
            state.storeTime = storeTime
            state.uncertainty = uncertainty
        }
    }
}
