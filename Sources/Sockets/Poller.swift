import CLinux
import Dispatch
import Glibc
import Synchronization

/// An epoll instance that one Dispatch source watches: Dispatch tells once that something is ready, and a harvest
/// takes all of it (epoll(7), edge-triggered).
///
/// Handlers, end-of-turn callbacks and the event buffer belong to the loop's queue; only the registry is locked,
/// because sockets may be closed from anywhere.
final class Poller: Sendable {
    private let descriptor: Int32
    private let handlers = Mutex<[Int32: any ReadinessHandler]>([:])
    /// Dispatch's objects may be used from any thread; the module does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceRead
    private let turnEnd = TurnEnd()

    private static let batch = 256

    /// Only touched on the loop's queue.
    @safe private final class TurnEnd: @unchecked Sendable {
        var callbacks: [() -> Void] = []
        var readBuffer = [UInt8](repeating: 0, count: 64 * 1024)
        var events = unsafe [epoll_event](repeating: epoll_event(), count: Poller.batch)
    }

    init(queue: DispatchQueue) throws(SystemError) {
        let descriptor = try check("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        self.descriptor = descriptor
        unsafe source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        // The source looks at the descriptor until its cancellation is through.
        unsafe source.setCancelHandler { close(descriptor) }
    }

    deinit { unsafe source.cancel() }

    func start(_ wake: @escaping @Sendable () -> Void) {
        unsafe source.setEventHandler(handler: wake)
        unsafe source.activate()
    }

    func add(_ watched: Int32, _ handler: any ReadinessHandler) throws(SystemError) {
        handlers.withLock { $0[watched] = handler }
        var event = unsafe epoll_event()
        unsafe event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        unsafe event.data.fd = watched
        do {
            try check("epoll_ctl") { unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) }
        } catch {
            handlers.withLock { $0[watched] = nil }
            throw error
        }
    }

    func remove(_ watched: Int32) {
        handlers.withLock { $0[watched] = nil }
        _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, nil)
    }

    /// Tells every handler what is ready now.
    func harvest() {
        while true {
            let count = unsafe epoll_wait(descriptor, &turnEnd.events, Int32(Self.batch), 0)
            guard count > 0 else { return }
            for index in 0..<Int(count) {
                let event = unsafe turnEnd.events[index]
                let (bits, watched) = unsafe (event.events, event.data.fd)
                guard let handler = handlers.withLock({ $0[watched] }) else { continue }
                let ended = bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
                handler.ready(
                    Readiness(
                        isReadable: ended || bits & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0,
                        isWritable: ended || bits & EPOLLOUT.rawValue != 0))
            }
            if count < Self.batch { return }
        }
    }

    func atEndOfTurn(_ body: @escaping () -> Void) {
        turnEnd.callbacks.append(body)
    }

    func endTurn() {
        while !turnEnd.callbacks.isEmpty {
            let callbacks = turnEnd.callbacks
            turnEnd.callbacks = []
            for callback in callbacks { callback() }
        }
    }

    func withReadBuffer<Result>(
        _ body: (inout [UInt8]) throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        try body(&turnEnd.readBuffer)
    }
}
