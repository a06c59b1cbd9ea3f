import Dispatch
import HeapModule
import Synchronization

/// All timers of a loop in one heap, with one Dispatch timer set to the earliest.
final class TimerQueue: Sendable {
    /// Dispatch's objects may be used from any thread; the module does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceTimer
    private let state = Mutex(State())

    private struct State {
        var heap = Heap<Entry>()
        /// What the Dispatch timer is set to.
        var armedFor = UInt64.max
    }

    private struct Entry: Comparable {
        let at: UInt64
        let timer: LoopTimer

        static func < (left: Entry, right: Entry) -> Bool { left.at < right.at }
        static func == (left: Entry, right: Entry) -> Bool { left.at == right.at }
    }

    init(queue: DispatchQueue) {
        unsafe source = DispatchSource.makeTimerSource(queue: queue)
    }

    deinit { unsafe source.cancel() }

    func start(_ wake: @escaping @Sendable () -> Void) {
        unsafe source.setEventHandler(handler: wake)
        unsafe source.activate()
    }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> LoopTimer {
        let at = DispatchTime.now().uptimeNanoseconds &+ UInt64(clamping: delay.wholeNanoseconds)
        let timer = LoopTimer(body)
        let isEarliest = state.withLock { state in
            state.heap.insert(Entry(at: at, timer: timer))
            guard at < state.armedFor else { return false }
            state.armedFor = at
            return true
        }
        if isEarliest { arm(at) }
        return timer
    }

    /// Runs what is due, on the loop.
    func fire() {
        let now = DispatchTime.now().uptimeNanoseconds
        while let timer = due(at: now) { timer.fire() }
        let next = state.withLock { state -> UInt64? in
            // Cancelled timers at the top would only wake the loop for nothing.
            while let first = state.heap.min, first.timer.isCancelled { state.heap.removeMin() }
            let next = state.heap.min?.at ?? .max
            guard next != state.armedFor else { return nil }
            state.armedFor = next
            return next
        }
        if let next, next != .max { arm(next) }
    }

    private func due(at now: UInt64) -> LoopTimer? {
        state.withLock { state in
            guard let first = state.heap.min, first.at <= now else { return nil }
            return state.heap.removeMin().timer
        }
    }

    private func arm(_ at: UInt64) {
        unsafe source.schedule(deadline: DispatchTime(uptimeNanoseconds: at), leeway: .nanoseconds(0))
    }
}

/// A call that a loop makes later, unless it is cancelled first.
package final class LoopTimer: Sendable {
    private let body: Mutex<(@Sendable () -> Void)?>

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = Mutex(body)
    }

    var isCancelled: Bool { body.withLock { $0 == nil } }

    /// Frees what the call holds at once; the heap forgets the timer when its time comes.
    package func cancel() {
        body.withLock { $0 = nil }
    }

    func fire() {
        let call = body.withLock { body in
            defer { body = nil }
            return body
        }
        call?()
    }
}

extension Duration {
    /// Saturating; a wait of centuries is as good as any other.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard seconds < 9_000_000_000 else { return 9_000_000_000_000_000_000 }
        return max(0, seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
