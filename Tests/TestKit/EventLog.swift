import Dispatch
import Synchronization

/// What happened in a test, in order. Whoever waits for something is woken by the event that makes it true.
package final class EventLog<Event: Sendable>: Sendable {
    private let state = Mutex(State())

    private struct State {
        var events: [Event] = []
        var waiters: [Waiter] = []
        var nextWaiter = 0
    }

    private struct Waiter {
        let number: Int
        let isMet: @Sendable ([Event]) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    package init() {}

    package var events: [Event] { state.withLock { $0.events } }
    package var count: Int { state.withLock { $0.events.count } }

    package func record(_ event: Event) {
        let met = state.withLock { state in
            state.events.append(event)
            let met = state.waiters.filter { $0.isMet(state.events) }
            state.waiters.removeAll { waiter in met.contains { $0.number == waiter.number } }
            return met
        }
        for waiter in met { waiter.continuation.resume(returning: true) }
    }

    /// Returns the events at the moment at which the condition holds for them; throws if that does not come in time.
    @discardableResult
    package func wait(
        within limit: Duration = .seconds(20), until isMet: @escaping @Sendable ([Event]) -> Bool
    ) async throws -> [Event] {
        let isInTime = await withCheckedContinuation { continuation in
            let number = state.withLock { state -> Int? in
                if isMet(state.events) { return nil }
                state.nextWaiter += 1
                state.waiters.append(Waiter(number: state.nextWaiter, isMet: isMet, continuation: continuation))
                return state.nextWaiter
            }
            guard let number else { return continuation.resume(returning: true) }
            DispatchQueue.global().asyncAfter(deadline: .now() + limit.dispatchInterval) { [weak self] in
                self?.expire(number)
            }
        }
        let events = events
        guard isInTime else { throw TimedOut(description: "not within \(limit); what happened: \(events)") }
        return events
    }

    @discardableResult
    package func wait(forCount count: Int, within limit: Duration = .seconds(20)) async throws -> [Event] {
        try await wait(within: limit) { $0.count >= count }
    }

    private func expire(_ number: Int) {
        let late = state.withLock { state in
            let late = state.waiters.first { $0.number == number }
            state.waiters.removeAll { $0.number == number }
            return late
        }
        late?.continuation.resume(returning: false)
    }
}

/// Something that a test waited for did not come.
package struct TimedOut: Error, CustomStringConvertible {
    package let description: String
}

/// Something that happens once, or has happened.
package struct Signal: Sendable {
    private let log = EventLog<Bool>()

    package init() {}

    package func send() { log.record(true) }

    package var wasSent: Bool { log.count > 0 }

    package func wait(within limit: Duration = .seconds(20)) async throws {
        try await log.wait(forCount: 1, within: limit)
    }
}

/// Asks again and again until the condition holds; for what tells nobody that it changed.
package func eventually(
    within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while try await !condition() {
        guard ContinuousClock.now < end else { throw TimedOut(description: "not true within \(limit)") }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(2)) { continuation.resume() }
        }
    }
}

extension Duration {
    fileprivate var dispatchInterval: DispatchTimeInterval {
        .nanoseconds(Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000))
    }
}
