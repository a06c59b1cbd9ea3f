import Synchronization
package import WorkflowCore

/// The store in memory, for tests and simulations: what the scripts do to Redis, done to values.
package final class MemoryStore: WorkflowStore {
    private let state: Mutex<State>
    private let faults = Mutex<FaultScript?>(nil)
    private let listeners = Mutex<[MemoryMessages]>([])
    private let now: @Sendable () -> Instant

    /// Says what is to go wrong with an operation that is about to be done.
    package typealias Faults = @Sendable (Operation) -> Fault?

    /// Not the closure itself: each look at it through a generic lock would wrap it once more.
    private struct FaultScript: Sendable {
        let faults: Faults
    }

    package enum Fault: Hashable, Sendable {
        /// The operation is not done.
        case refused
        /// It is done, and its sender does not hear of it.
        case replyLost
    }

    package enum Operation: String, Hashable, Sendable, CaseIterable {
        case start, commit, reopen, workflow, claim, send, surroundings, inbox
        case workflows, history, events, escalation, escalations
        case quarantine, decide, handle
        case register, agent, agents, learn, take, conduct, passOn, deregister, removeLostAgents
        case configure, settings, taskTypes, taskType, pool, queued
        case counts, heartbeat, leave, nodes, owned, claimOrphans, sweep, unavailability
    }

    /// Begins with a state that another store had. `now` is the store's clock.
    package init(_ state: State = State(), now: @escaping @Sendable () -> Instant) {
        self.state = Mutex(state)
        self.now = now
    }

    /// What it holds at this moment.
    package var snapshot: State { state.withLock { $0 } }

    /// From here on the closure is asked before each operation; `nil` ends all faults.
    package func setFaults(_ faults: Faults?) {
        self.faults.withLock { $0 = faults.map(FaultScript.init) }
    }

    func perform<Result: Sendable>(
        _ operation: Operation, _ body: (inout State, Instant) -> Result
    ) throws(StoreError) -> Result {
        let fault = fault(of: operation)
        if fault == .refused { throw .unavailable("the memory is not available") }
        let now = now()
        let (result, told) = state.withLock { state in
            defer { state.told = [] }
            return (body(&state, now), state.told)
        }
        if !told.isEmpty {
            let listeners = listeners.withLock { $0 }
            for told in told { for listener in listeners { listener.hear(told) } }
        }
        if fault == .replyLost { throw .unavailable("the memory's answer was lost") }
        return result
    }

    /// Who hears what is told from now on.
    func add(_ listener: MemoryMessages) { listeners.withLock { $0.append(listener) } }

    func remove(_ listener: MemoryMessages) { listeners.withLock { $0.removeAll { $0 === listener } } }

    func fault(of operation: Operation) -> Fault? {
        faults.withLock { $0 }.flatMap { $0.faults(operation) }
    }
}
