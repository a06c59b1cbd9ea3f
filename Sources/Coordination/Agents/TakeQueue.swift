import DequeModule
package import Sockets
import Synchronization
package import WorkflowCore

/// The agents that wait at this node for tasks, or to be told to stop one.
///
/// Waking is a hint, not a promise: the woken one asks the store, and finds that another agent was faster, or that
/// there is work. So no wake may be lost: an agent that is woken and does not ask any more hands it on.
package final class TakeQueue: Sendable {
    private let state = Mutex(State())

    /// What there was to take when an agent last asked.
    package struct Mark: Hashable, Sendable {
        fileprivate let announcements: UInt64
    }

    private struct State {
        var waiting: [String: Deque<Waiter<Void>>] = [:]
        var waitingAgents: [AgentID: [Waiter<Void>]] = [:]
        /// How many tasks were announced so far, by their type.
        var announcements: [String: UInt64] = [:]
        var isClosed = false

        func mark(_ types: [String]) -> Mark {
            Mark(announcements: types.reduce(0) { $0 &+ announcements[$1, default: 0] })
        }

        mutating func remove(_ waiter: Waiter<Void>, _ agent: AgentID, _ types: [String]) {
            waitingAgents[agent]?.removeAll { $0 === waiter }
            if waitingAgents[agent]?.isEmpty == true { waitingAgents[agent] = nil }
            for type in types {
                // Most often it stands at one of the ends: woken, or the last that came.
                if let place = waiting[type]?.firstIndex(where: { $0 === waiter }) { waiting[type]?.remove(at: place) }
                if waiting[type]?.isEmpty == true { waiting[type] = nil }
            }
        }
    }

    package init() {}

    /// To be read before the store is asked: tells whether something was announced since.
    package func mark(_ types: [String]) -> Mark { state.withLock { $0.mark(types) } }

    /// Returns when there may be something to take or to stop, at the latest after `duration`.
    package func wait(
        _ agent: AgentID, for types: [String], since mark: Mark?, atMost duration: Duration, on loop: EventLoop
    ) async {
        let waiter = Waiter<Void>()
        let isWaiting = state.withLock { state in
            // What was announced between the asking and now would wake nobody any more.
            guard !state.isClosed, mark == nil || state.mark(types) == mark else { return false }
            for type in types { state.waiting[type, default: []].append(waiter) }
            state.waitingAgents[agent, default: []].append(waiter)
            return true
        }
        guard isWaiting else { return }
        let wasWoken = await waiter.wait(for: duration, on: loop) != nil
        state.withLock { $0.remove(waiter, agent, types) }
        if wasWoken, Task.isCancelled { types.forEach(wake) }
    }

    /// Wakes an agent, the one that waited longest, for a task that was put on a queue.
    package func announce(_ type: String) {
        state.withLock { $0.announcements[type, default: 0] &+= 1 }
        wake(type)
    }

    private func wake(_ type: String) {
        while let waiter = state.withLock({ $0.waiting[type]?.popFirst() }) {
            // One that was woken by another announcement, or has given up, is passed over.
            if waiter.resume(()) { return }
        }
    }

    /// Wakes an agent because a task that it may work on is not its any more.
    package func announceStop(to agent: AgentID) {
        let waiters = state.withLock { $0.waitingAgents[agent] ?? [] }
        for waiter in waiters { waiter.resume(()) }
    }

    /// From here on nobody waits.
    package func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            return state.waitingAgents.values.flatMap(\.self)
        }
        for waiter in waiters { waiter.resume(()) }
    }

    package var isClosed: Bool { state.withLock { $0.isClosed } }
}
