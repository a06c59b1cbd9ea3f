import DequeModule
import WorkflowCore

/// A stream of attempts with one consumer group: entries in their order, and who holds which since when.
extension MemoryStore {
    struct AgentQueue: Hashable, Sendable {
        private var entries: [Int: Entry] = [:]
        private var nextEntry = 0
        /// What nobody holds yet, oldest first.
        private var waiting = Deque<Int>()
        private var holders: [Int: Holder] = [:]

        struct Entry: Hashable, Sendable {
            let dispatch: TaskDispatch
            let traceparent: String
            let queuedAt: Instant
        }

        struct Holder: Hashable, Sendable {
            let agent: AgentID
            let since: Instant
        }

        /// The entry's number in this queue.
        mutating func add(_ entry: Entry) -> Int {
            defer { nextEntry += 1 }
            entries[nextEntry] = entry
            waiting.append(nextEntry)
            return nextEntry
        }

        /// It leaves the queue, whoever holds it.
        mutating func remove(_ entry: Int) {
            entries[entry] = nil
            guard holders.removeValue(forKey: entry) == nil else { return }
            waiting.removeAll { $0 == entry }
        }

        /// Gives some entries to an agent.
        mutating func take(_ limit: Int, for agent: AgentID, at now: Instant) -> [TakenTask] {
            let taken = Array(waiting.prefix(max(limit, 0)))
            waiting.removeFirst(taken.count)
            for entry in taken { holders[entry] = Holder(agent: agent, since: now) }
            return taken.compactMap(task)
        }

        var isEmpty: Bool { entries.isEmpty }
        var waitingCount: Int { waiting.count }
        var heldCount: Int { holders.count }
        /// When the first of those came that nobody holds.
        var oldestSince: Instant? { waiting.first.flatMap { entries[$0]?.queuedAt } }

        /// All that is on the queue, oldest first.
        var dispatches: [TaskDispatch] { entries.sorted { $0.key < $1.key }.map(\.value.dispatch) }

        /// What an agent holds, oldest first.
        func held(by agent: AgentID) -> [Int] {
            holders.filter { $0.value.agent == agent }.map(\.key).sorted()
        }

        func entry(_ entry: Int) -> Entry? { entries[entry] }

        func holder(of entry: Int) -> Holder? { holders[entry] }

        /// An entry that someone holds.
        func task(_ entry: Int) -> TakenTask? {
            guard let found = entries[entry], let holder = holders[entry] else { return nil }
            return TakenTask(dispatch: found.dispatch, takenAt: holder.since, traceparent: found.traceparent)
        }
    }
}
