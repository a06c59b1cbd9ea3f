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
        case task(TaskCall)
        case stop
    }

    private struct Waiting {
        let waiter: Waiter<Call>
        let traits: AgentTraits
        /// It waits for a slot, be it for a task as well or not.
        let isFull: Bool
    }

    private struct State {
        var waiting: [String: Deque<Waiting>] = [:]
        var waitingAgents: [AgentID: [Waiting]] = [:]
        /// How many announcements woke nobody. Task types and agents share the counters: there may be any number of
        /// them, and one that is mistaken for another costs a question that was not needed.
        var unheard = [UInt32](repeating: 0, count: 256)
        /// When an agent is to be woken for tasks that may not be taken yet.
        var recalls: [TaskCall: ContinuousClock.Instant] = [:]
        var passOn: (@Sendable (TaskCall) -> Void)?
        var isClosed = false

        static func counter(of name: some Hashable) -> Int { Int(UInt(bitPattern: name.hashValue) % 256) }

        func isNews(to agent: AgentID, _ types: [String], since mark: Mark) -> Bool {
            func isNew(_ counter: Int) -> Bool { unheard[counter] != mark.unheard[counter] }
            return isNew(Self.counter(of: agent)) || types.contains { isNew(Self.counter(of: $0)) }
        }

        /// The one that waited longest; if there is none, whoever is asking the store now will see it.
        mutating func next(for call: TaskCall) -> Waiter<Call>? {
            if call.audience == .pool {
                if let first = waiting[call.type]?.popFirst() { return first.waiter }
            } else if let place = waiting[call.type]?.firstIndex(where: { $0.traits.mayTake(call) }) {
                return waiting[call.type]?.remove(at: place).waiter
            }
            unheard[Self.counter(of: call.type)] &+= 1
            return nil
        }

        mutating func remove(_ waiter: Waiter<Call>, _ agent: AgentID, _ types: [String]) {
            waitingAgents[agent]?.removeAll { $0.waiter === waiter }
            if waitingAgents[agent]?.isEmpty == true { waitingAgents[agent] = nil }
            for type in types {
                // Most often it stands at one of the ends: woken, or the last that came.
                if let place = waiting[type]?.firstIndex(where: { $0.waiter === waiter }) {
                    waiting[type]?.remove(at: place)
                }
                if waiting[type]?.isEmpty == true { waiting[type] = nil }
            }
        }
    }

    package init() {}

    /// From here on tasks that wake nobody here are offered to other nodes by `passOn`.
    func passOn(by passOn: @escaping @Sendable (TaskCall) -> Void) {
        state.withLock { $0.passOn = passOn }
    }

    /// To be read before the store is asked: tells whether something was announced since.
    package func mark() -> Mark { state.withLock { Mark(unheard: $0.unheard) } }

    /// Returns when there may be something to take or to stop, or a slot is free again if some types have none, at the
    /// latest after `duration`. Gives what the agent was woken for, which is its errand now.
    package func wait(
        _ agent: AgentID, for types: [String], with traits: AgentTraits = AgentTraits(), isFull: Bool = false,
        since mark: Mark, atMost duration: Duration, on loop: EventLoop
    ) async -> TaskCall? {
        let waiter = Waiter<Call>()
        let isWaiting = state.withLock { state in
            guard !state.isClosed, !state.isNews(to: agent, types, since: mark) else { return false }
            let waiting = Waiting(waiter: waiter, traits: traits, isFull: isFull || types.isEmpty)
            for type in types { state.waiting[type, default: []].append(waiting) }
            state.waitingAgents[agent, default: []].append(waiting)
            return true
        }
        guard isWaiting else { return nil }
        let call = await waiter.wait(for: duration, on: loop)
        state.withLock { $0.remove(waiter, agent, types) }
        if case .task(let task) = call { return task }
        return nil
    }

    /// Wakes an agent for a task on a queue: one that was put there, or that the one who was woken for it has left
    /// there. If none waits that may take it, another node is offered it, unless it was told already. One that is
    /// directed to an agent is for nobody else.
    package func announce(_ call: TaskCall, passesOn: Bool = true) {
        if case .agent(let agent) = call.audience { return announceStop(to: agent) }
        if !wakeOne(for: call), passesOn { state.withLock { $0.passOn }?(call) }
    }

    /// This node is not known to others any more as one where agents wait: whoever came meanwhile asks again, and so
    /// makes it known.
    func hasPassedOn(_ call: TaskCall) {
        _ = wakeOne(for: call)
    }

    /// The one that waits longest.
    private func wakeOne(for call: TaskCall) -> Bool {
        while let waiter = state.withLock({ $0.next(for: call) }) {
            // One that was woken by another announcement, or has given up, is passed over.
            if waiter.resume(.task(call)) { return true }
        }
        return false
    }

    /// Messages may have been missed: all ask again.
    func announceAll() {
        let waiters = state.withLock { $0.waitingAgents.values.flatMap(\.self) }
        for waiting in waiters { waiting.waiter.resume(.stop) }
    }

    /// What may be taken of a type has changed: whoever waits for one asks again.
    func announceAll(of type: String) {
        let waiters = state.withLock { state in
            state.unheard[State.counter(of: type)] &+= 1
            return state.waiting[type] ?? []
        }
        for waiting in waiters { waiting.waiter.resume(.stop) }
    }

    /// Tasks wait that may be taken after a while: an agent is woken then, if none is to be woken before.
    package func recall(_ call: TaskCall, after delay: Duration, on loop: EventLoop) {
        guard delay > .zero else { return announce(call) }
        let at = loop.now + delay
        let isFirst = state.withLock { state in
            if let other = state.recalls[call], other <= at { return false }
            state.recalls[call] = at
            return true
        }
        guard isFirst else { return }
        _ = loop.schedule(after: delay) { [weak self] in self?.recallNow(call, due: at) }
    }

    private func recallNow(_ call: TaskCall, due: ContinuousClock.Instant) {
        let isDue = state.withLock { state in
            guard state.recalls[call] == due else { return false }
            state.recalls[call] = nil
            return true
        }
        // Another one was for an earlier time, and has woken somebody.
        if isDue { announce(call) }
    }

    /// Wakes an agent because a task that it may work on is not its any more, or one waits that is directed to it.
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
