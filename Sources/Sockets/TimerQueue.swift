import HeapModule
import Synchronization

/// All timers of a loop in one heap, in nanoseconds of its clock.
final class TimerQueue: Sendable {
    private let state = Mutex(State())
    private let cancellations = LoopTimer.Cancellations()

    private struct State {
        var heap = Heap<Entry>()
    }

    private struct Entry: Comparable {
        let at: UInt64
        /// Of two for the same time the one that was scheduled first comes first.
        let number: UInt64
        let timer: LoopTimer

        static func < (left: Entry, right: Entry) -> Bool { (left.at, left.number) < (right.at, right.number) }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }
    }

    private let count = Atomic<UInt64>(0)
    /// So many timers are not worth being looked through.
    private static let fewTimers = 64

    /// The timer, and whether it comes before all others.
    func schedule(
        after delay: Duration, at now: UInt64, _ body: @escaping @Sendable () -> Void
    ) -> (timer: LoopTimer, isEarliest: Bool) {
        let at = now &+ UInt64(clamping: delay.wholeNanoseconds)
        let timer = LoopTimer(body, cancellations)
        let number = count.add(1, ordering: .relaxed).newValue
        let (isEarliest, forgotten) = state.withLock { state -> (Bool, [Entry]) in
            let forgotten = forgetCancelled(&state)
            let isEarliest = state.heap.min.map { at < $0.at } ?? true
            state.heap.insert(Entry(at: at, number: number, timer: timer))
            return (isEarliest, forgotten)
        }
        withExtendedLifetime(forgotten) {}
        return (timer, isEarliest)
    }

    /// Most timers are limits that were not reached, and are cancelled long before their time: once they are the
    /// greater part of the heap they are taken out, so that it stays as large as what is waited for.
    private func forgetCancelled(_ state: inout State) -> [Entry] {
        guard state.heap.count > Self.fewTimers, cancellations.count > state.heap.count / 2 else { return [] }
        let all = state.heap.unordered
        state.heap = Heap(all.filter { !$0.timer.isCancelled })
        cancellations.subtract(all.count - state.heap.count)
        return all
    }

    /// Runs what is due, on the loop.
    func fire(at now: UInt64) {
        while let timer = due(at: now) { timer.fire() }
    }

    /// Runs the first of what is due; says whether there was something.
    func fireOne(at now: UInt64) -> Bool {
        guard let timer = due(at: now) else { return false }
        timer.fire()
        return true
    }

    private func due(at now: UInt64) -> LoopTimer? {
        state.withLock { state in
            guard let first = state.heap.min, first.at <= now else { return nil }
            return state.heap.removeMin().timer
        }
    }

    /// How long the loop may wait, as epoll_wait(2) takes it: rounded up, and -1 without a timer.
    func millisecondsUntilNext(at now: UInt64) -> Int32 {
        guard let next else { return -1 }
        guard next > now else { return 0 }
        return Int32(clamping: (next - now + 999_999) / 1_000_000)
    }

    /// When the next timer is due.
    var next: UInt64? {
        state.withLock { state -> UInt64? in
            while let first = state.heap.min, first.timer.isCancelled {
                state.heap.removeMin()
                cancellations.subtract(1)
            }
            return state.heap.min?.at
        }
    }
}

/// A call that a loop makes later, unless it is cancelled first.
package final class LoopTimer: Sendable {
    private let call: Mutex<Call?>
    private let cancellations: Cancellations

    /// How many timers of a queue wait in it for nothing.
    final class Cancellations: Sendable {
        private let number = Atomic(0)

        var count: Int { number.load(ordering: .relaxed) }
        func add() { number.add(1, ordering: .relaxed) }
        func subtract(_ count: Int) { number.subtract(count, ordering: .relaxed) }
    }

    /// Not the closure itself: each look at it through a generic lock would wrap it once more.
    private struct Call: Sendable {
        let body: @Sendable () -> Void
    }

    init(_ body: @escaping @Sendable () -> Void, _ cancellations: Cancellations) {
        call = Mutex(Call(body: body))
        self.cancellations = cancellations
    }

    var isCancelled: Bool { call.withLock { $0 == nil } }

    /// Frees what the call holds at once; the queue forgets the timer later.
    package func cancel() {
        if take() != nil { cancellations.add() }
    }

    /// Once it has left its queue.
    func fire() {
        if let call = take() { call.body() } else { cancellations.subtract(1) }
    }

    private func take() -> Call? {
        call.withLock { call in
            defer { call = nil }
            return call
        }
    }
}

extension Duration {
    /// Not less than none, and saturating: a wait of centuries is as good as any other.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        guard seconds < 9_000_000_000 else { return 9_000_000_000_000_000_000 }
        return max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
