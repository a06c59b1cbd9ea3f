import DequeModule
import Synchronization

/// Who is at work, in the order in which they began.
///
/// Most end in that order as well, as the store answers in the order of its questions. So beginning and ending cost
/// some nanoseconds, and whoever has been at work for too long stands at the front, however many there are.
final class Shifts<Worker: Sendable>: Sendable {
    private let state = Mutex(State())

    private struct State {
        /// Those behind the first may have ended: these have no worker any more.
        var shifts = Deque<(worker: Worker?, since: ContinuousClock.Instant)>()
        /// The number of the first.
        var first = 0
        var looks: (last: ContinuousClock.Instant, beforeLast: ContinuousClock.Instant?)?

        mutating func removeFirst() -> Worker? {
            first += 1
            return shifts.popFirst()?.worker
        }
    }

    /// Gives the shift's number.
    func begin(_ worker: Worker, at now: ContinuousClock.Instant) -> Int {
        state.withLock { state in
            state.shifts.append((worker, now))
            return state.first + state.shifts.count - 1
        }
    }

    /// Does nothing if the shift was given up.
    func end(_ number: Int) {
        state.withLock { state in
            guard number >= state.first else { return }
            state.shifts[number - state.first].worker = nil
            while let first = state.shifts.first, first.worker == nil { _ = state.removeFirst() }
        }
    }

    /// Gives up all shifts that have lasted for longer than `limit`.
    ///
    /// Each was seen by the two looks before as well: otherwise a process that stood still would give up what has
    /// lasted for no longer than itself.
    func giveUp(after limit: Duration, at now: ContinuousClock.Instant) -> [Worker] {
        state.withLock { state in
            defer { state.looks = (now, state.looks?.last) }
            guard let seen = state.looks?.beforeLast else { return [] }
            let latest = min(seen, now - limit)
            var workers: [Worker] = []
            while let first = state.shifts.first, first.since < latest {
                state.removeFirst().map { workers.append($0) }
            }
            return workers
        }
    }
}
