import OrderedCollections

/// The connections that a client has: how many, which of them are idle, and who waits for one.
struct ConnectionPool {
    /// What whoever waited gets.
    enum Grant: Sendable {
        case connection(ClientConnection)
        /// The right to open a connection.
        case slot
    }

    typealias Ticket = UInt64

    private let limit: Int
    /// All there are, idle or in use.
    private var count = 0
    /// The one used last is taken first: those that are not needed grow old.
    private var idle: [ClientConnection] = []
    private var waiters: OrderedDictionary<Ticket, CheckedContinuation<Grant?, Never>> = [:]
    private var lastTicket: Ticket = 0
    private(set) var isClosed = false

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    mutating func takeIdle() -> ClientConnection? { idle.popLast() }

    /// The right to open a connection, if there may be one more.
    mutating func takeSlot() -> Bool {
        guard count < limit else { return false }
        count += 1
        return true
    }

    mutating func giveBack(_ connection: ClientConnection) {
        if let waiter = firstWaiter() {
            waiter.resume(returning: .connection(connection))
        } else {
            idle.append(connection)
        }
    }

    /// A connection is no more; its slot goes to whoever waits longest.
    mutating func leave() {
        if let waiter = firstWaiter() { waiter.resume(returning: .slot) } else { count -= 1 }
    }

    mutating func newTicket() -> Ticket {
        lastTicket += 1
        return lastTicket
    }

    /// Waits, unless something has become free meanwhile.
    mutating func wait(_ ticket: Ticket, _ waiter: CheckedContinuation<Grant?, Never>) {
        if let connection = takeIdle() {
            waiter.resume(returning: .connection(connection))
        } else if takeSlot() {
            waiter.resume(returning: .slot)
        } else {
            waiters[ticket] = waiter
        }
    }

    /// Whoever has the ticket waits no longer.
    mutating func giveUp(_ ticket: Ticket) {
        waiters.removeValue(forKey: ticket)?.resume(returning: nil)
    }

    private mutating func firstWaiter() -> CheckedContinuation<Grant?, Never>? {
        waiters.isEmpty ? nil : waiters.removeFirst().value
    }

    /// The idle connections, which are the caller's to close.
    mutating func close() -> [ClientConnection] {
        isClosed = true
        defer { idle = [] }
        count -= idle.count
        return idle
    }
}
