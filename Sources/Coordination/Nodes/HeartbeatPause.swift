import Sockets
import Synchronization

/// What lies between two heartbeats, unless something is to be asked at once.
final class HeartbeatPause: Sendable {
    private let waiter = Mutex(Waiter<Void>())

    /// To be called before a heartbeat is sent: if the pause after it is cut short meanwhile, there is none.
    func begin() -> Waiter<Void> {
        let waiter = Waiter<Void>()
        self.waiter.withLock { $0 = waiter }
        return waiter
    }

    /// The next heartbeat is due now.
    func cutShort() {
        waiter.withLock { $0 }.resume(())
    }
}
