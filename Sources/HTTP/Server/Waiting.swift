/// What a connection waits for; all but the responder is bounded in time.
enum Waiting: Hashable, Sendable {
    /// The first byte of a request.
    case request
    case head
    case body
    case responder
    /// The client has to take what it asked for.
    case writing
    /// The client has to close its side.
    case closing
}

/// The timeouts in ticks of a shard: to look whether a wait is overdue costs neither a clock nor a timer.
struct TimeoutTicks: Sendable {
    private let request, head, body, writing, closing: UInt64

    init(_ options: ServerOptions) {
        func ticks(_ timeout: Duration) -> UInt64 { UInt64(max(timeout / options.tick, 1).rounded(.up)) }
        request = ticks(options.idleTimeout)
        head = ticks(options.headTimeout)
        body = ticks(options.bodyTimeout)
        writing = ticks(options.writeTimeout)
        closing = ticks(options.lingerTimeout)
    }

    /// How many whole ticks may pass.
    subscript(waiting: Waiting) -> UInt64 {
        switch waiting {
        case .request: request
        case .head: head
        case .body: body
        case .responder: .max
        case .writing: writing
        case .closing: closing
        }
    }
}
