import CLinux
import Glibc
import Synchronization

/// An epoll instance that one thread waits on (epoll(7), edge-triggered).
///
/// Events, end-of-turn callbacks and the read buffer belong to that thread; only the registry is locked, because
/// sockets may be closed from anywhere.
final class Poller: Sendable {
    private let descriptor: Int32
    /// Wakes the thread: each write to an eventfd(2) is an edge, and so nobody has to read it.
    private let waker: Int32
    private let registry = Mutex(Registry())
    private let turn = Turn()

    /// A descriptor's number may be used again while events of its last owner are still to be delivered: so each
    /// registration has a number of its own, which epoll gives back beside the descriptor's.
    private struct Registry {
        var entries: [Int32: (generation: UInt32, handler: any ReadinessHandler)] = [:]
        var nextGeneration: UInt32 = 1
    }

    private static let batch = 256

    /// Only touched on the loop's thread.
    @safe private final class Turn: @unchecked Sendable {
        var callbacks: [() -> Void] = []
        var readBuffer = [UInt8](repeating: 0, count: 64 * 1024)
        var events = unsafe [epoll_event](repeating: epoll_event(), count: Poller.batch)
    }

    init() throws(SystemError) {
        let descriptor = try check("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        do throws(SystemError) {
            waker = try check("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        // Generation 0 has no handler: that the wait ends is all the waker is for.
        try control(EPOLL_CTL_ADD, waker, generation: 0)
    }

    deinit {
        close(waker)
        close(descriptor)
    }

    // MARK: From any thread

    func wake() {
        _ = eventfd_write(waker, 1)
    }

    func add(_ watched: Int32, _ handler: any ReadinessHandler) throws(SystemError) {
        let generation = registry.withLock { registry in
            let generation = registry.nextGeneration
            // 0 is the waker's.
            registry.nextGeneration = max(1, generation &+ 1)
            registry.entries[watched] = (generation, handler)
            return generation
        }
        do {
            try control(EPOLL_CTL_ADD, watched, generation: generation)
        } catch {
            registry.withLock { $0.entries[watched] = nil }
            throw error
        }
    }

    func remove(_ watched: Int32) {
        // The handler is let go outside the lock: its end may close another descriptor.
        let entry = registry.withLock { $0.entries.removeValue(forKey: watched) }
        _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil)
        withExtendedLifetime(entry) {}
    }

    private func control(_ operation: Int32, _ watched: Int32, generation: UInt32) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        if generation == 0 { unsafe event.events = EPOLLIN.rawValue | EPOLLET.rawValue }
        unsafe event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: watched))
        try check("epoll_ctl") { unsafe epoll_ctl(descriptor, operation, watched, &event) }
    }

    // MARK: From the loop's thread

    /// Waits until something is ready, or so long (-1 without end); how many events there are then.
    func wait(forMilliseconds limit: Int32) -> Int {
        // A signal (EINTR) ends the wait without events, and the next turn waits again.
        Int(max(0, unsafe epoll_wait(descriptor, &turn.events, Int32(Self.batch), limit)))
    }

    /// Tells the handlers of the last wait's events.
    func deliver(_ count: Int) {
        for index in 0..<count {
            let event = unsafe turn.events[index]
            let (bits, data) = unsafe (event.events, event.data.u64)
            let watched = Int32(truncatingIfNeeded: data)
            let entry = registry.withLock { $0.entries[watched] }
            guard let entry, entry.generation == UInt32(data >> 32) else { continue }
            let isBroken = bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
            let isEnding = isBroken || bits & EPOLLRDHUP.rawValue != 0
            entry.handler.ready(
                Readiness(
                    isReadable: isEnding || bits & EPOLLIN.rawValue != 0,
                    isWritable: isBroken || bits & EPOLLOUT.rawValue != 0,
                    isEnding: isEnding))
        }
    }

    func atEndOfTurn(_ body: @escaping () -> Void) {
        turn.callbacks.append(body)
    }

    func endTurn() {
        while !turn.callbacks.isEmpty {
            let callbacks = turn.callbacks
            turn.callbacks = []
            for callback in callbacks { callback() }
        }
    }

    func withReadBuffer<Result>(
        _ body: (inout [UInt8]) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        try body(&turn.readBuffer)
    }
}

/// What watches a descriptor; called on its loop.
protocol ReadinessHandler: AnyObject, Sendable {
    func ready(_ readiness: Readiness)
}

/// What epoll says of a descriptor.
struct Readiness: Hashable, Sendable {
    var isReadable: Bool
    var isWritable: Bool
    /// The peer writes no more, or the connection is broken: reading comes to an end.
    var isEnding = false
}
