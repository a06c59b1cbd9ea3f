import DequeModule
package import Sockets
import Synchronization
package import WorkflowCore

/// The agents that wait at this node for tasks, or to be told to stop one.
///
/// Waking is a hint, not a promise: the woken one asks the store, and finds that another agent was faster, or that
/// there is work. A task that woke somebody is that one's errand: whoever does not ask for it, or comes back with
/// something else, announces it again. So no task waits on its queue while an agent waits here for it.
package final class TakeQueue: Sendable {
    private let state = Mutex(State())

    /// What had been announced, and had woken nobody, when an agent last asked.
    package struct Mark: Hashable, Sendable {
        fileprivate let unheard: [UInt32]
    }

    private enum Call: Sendable {
        case task(type: String)
        case stop
    }

    private struct Waiting {
        let waiter: Waiter<Call>
        /// It waits for a slot, and not for a task.
        let isFull: Bool
    }

    private struct State {
        var waiting: [String: Deque<Waiter<Call>>] = [:]
        var waitingAgents: [AgentID: [Waiting]] = [:]
        /// How many announcements woke nobody. Task types and agents share the counters: there may be any number of
        /// them, and one that is mistaken for another costs a question that was not needed.
        var unheard = [UInt32](repeating: 0, count: 256)
        var passOn: (@Sendable (String) -> Void)?
        var isClosed = false

        static func counter(of name: some Hashable) -> Int { Int(UInt(bitPattern: name.hashValue) % 256) }

        func isNews(to agent: AgentID, _ types: [String], since mark: Mark) -> Bool {
            func isNew(_ counter: Int) -> Bool { unheard[counter] != mark.unheard[counter] }
            return isNew(Self.counter(of: agent)) || types.contains { isNew(Self.counter(of: $0)) }
        }

        /// The one that waited longest; if there is none, whoever is asking the store now will see it.
        mutating func next(for type: String) -> Waiter<Call>? {
            if let waiter = waiting[type]?.popFirst() { return waiter }
            unheard[Self.counter(of: type)] &+= 1
            return nil
        }

        mutating func remove(_ waiter: Waiter<Call>, _ agent: AgentID, _ types: [String]) {
            waitingAgents[agent]?.removeAll { $0.waiter === waiter }
            if waitingAgents[agent]?.isEmpty == true { waitingAgents[agent] = nil }
            for type in types {
                // Most often it stands at one of the ends: woken, or the last that came.
                if let place = waiting[type]?.firstIndex(where: { $0 === waiter }) { waiting[type]?.remove(at: place) }
                if waiting[type]?.isEmpty == true { waiting[type] = nil }
            }
        }
    }

    package init() {}

    /// From here on tasks that wake nobody here are offered to other nodes by `passOn`.
    func passOn(by passOn: @escaping @Sendable (String) -> Void) {
        state.withLock { $0.passOn = passOn }
    }

    /// To be read before the store is asked: tells whether something was announced since.
    package func mark() -> Mark { state.withLock { Mark(unheard: $0.unheard) } }

    /// Returns when there may be something to take or to stop, at the latest after `duration`. Gives the type of the
    /// task that the agent was woken for, which is its errand now.
    package func wait(
        _ agent: AgentID, for types: [String], since mark: Mark, atMost duration: Duration, on loop: EventLoop
    ) async -> String? {
        let waiter = Waiter<Call>()
        let isWaiting = state.withLock { state in
            guard !state.isClosed, !state.isNews(to: agent, types, since: mark) else { return false }
            for type in types { state.waiting[type, default: []].append(waiter) }
            state.waitingAgents[agent, default: []].append(Waiting(waiter: waiter, isFull: types.isEmpty))
            return true
        }
        guard isWaiting else { return nil }
        let call = await waiter.wait(for: duration, on: loop)
        state.withLock { $0.remove(waiter, agent, types) }
        if case .task(let type) = call { return type }
        return nil
    }

    /// Wakes an agent for a task on a queue: one that was put there, or that the one who was woken for it has left
    /// there. If none waits, another node is offered it, unless it was told already.
    package func announce(_ type: String, passesOn: Bool = true) {
        if !wakeOne(for: type), passesOn { state.withLock { $0.passOn }?(type) }
    }

    /// This node is not known to others any more as one where agents wait: whoever came meanwhile asks again, and so
    /// makes it known.
    func hasPassedOn(_ type: String) {
        _ = wakeOne(for: type)
    }

    /// The one that waits longest.
    private func wakeOne(for type: String) -> Bool {
        while let waiter = state.withLock({ $0.next(for: type) }) {
            // One that was woken by another announcement, or has given up, is passed over.
            if waiter.resume(.task(type: type)) { return true }
        }
        return false
    }

    /// Messages may have been missed: all ask again.
    func announceAll() {
        let waiters = state.withLock { $0.waitingAgents.values.flatMap(\.self) }
        for waiting in waiters { waiting.waiter.resume(.stop) }
    }

    /// Wakes an agent because a task that it may work on is not its any more.
    package func announceStop(to agent: AgentID) {
        wake(agent) { _ in true }
    }

    /// Wakes an agent that waits without a free slot because one of its tasks has ended.
    package func announceFreeSlot(of agent: AgentID) {
        wake(agent) { $0.isFull }
    }

    private func wake(_ agent: AgentID, where isMeant: (Waiting) -> Bool) {
        let waiters = state.withLock { state in
            let waiters = state.waitingAgents[agent] ?? []
            if waiters.isEmpty { state.unheard[State.counter(of: agent)] &+= 1 }
            return waiters.filter(isMeant)
        }
        for waiting in waiters { waiting.waiter.resume(.stop) }
    }

    /// From here on nobody waits.
    package func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            return state.waitingAgents.values.flatMap(\.self)
        }
        for waiting in waiters { waiting.waiter.resume(.stop) }
    }

    /// How many agents wait.
    package var count: Int { state.withLock { $0.waitingAgents.count } }

    package var isClosed: Bool { state.withLock { $0.isClosed } }
}
