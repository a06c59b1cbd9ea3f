import WorkflowCore

/// What is set for a task type, its lanes and whose turn it is, as lanes.lua and limits.lua have it.
extension MemoryStore {
    struct TaskTypeRecord: Hashable, Sendable {
        var settings: TaskTypeSettings?
        /// How many tasks wait in each lane that has some.
        private(set) var waiting: [TaskLane: Int] = [:]
        /// Lanes with tasks that may be looked at, by their turns.
        private var turns: [TaskLane: Int] = [:]
        /// Those whose quota is used up, by when it is free again.
        private(set) var limited: [TaskLane: Int64] = [:]
        /// Whose turn it is.
        private var turn = 0
        /// When each quota that is not full is full again, in microseconds.
        private var fullAt: [String: Int64] = [:]
        /// Lanes with tasks, held ones included.
        var lanes: Set<TaskLane> = []
        /// Until when those tasks that wait for an agent do so.
        var directed: [QueuePlace: Instant] = [:]

        /// What is asked for of tasks that wait for whoever has it.
        var requirements: [Constraints] {
            Set(waiting.keys.compactMap { if case .meeting(let asked) = $0.audience { asked } else { nil } })
                .sorted { $0.description < $1.description }
        }

        mutating func enter(_ lane: TaskLane) {
            lanes.insert(lane)
            waiting[lane, default: 0] += 1
            if waiting[lane] == 1 { takeTurn(lane, after: currentTurn(of: lane.audience)) }
        }

        mutating func leave(_ lane: TaskLane) {
            waiting[lane, default: 1] -= 1
            guard waiting[lane] == 0 else { return }
            waiting[lane] = nil
            turns[lane] = nil
            limited[lane] = nil
        }

        /// A group has one turn for all its lanes.
        private mutating func takeTurn(_ lane: TaskLane, after turn: Int) {
            let isAlone = lane.group.isEmpty || lane.quota.isEmpty
            let others = waiting.keys.count {
                $0.group == lane.group && !$0.quota.isEmpty && $0.audience == lane.audience
            }
            turns[lane] = turn + (isAlone ? 1 : others)
        }

        private func currentTurn(of audience: TaskAudience) -> Int {
            audience == .pool ? turn : turns.filter { $0.key.audience == audience }.values.min() ?? 0
        }

        /// The lane of an audience whose turn it is.
        func next(of audience: TaskAudience) -> TaskLane? {
            turns.filter { $0.key.audience == audience }
                .min { ($0.value, $0.key.description) < ($1.value, $1.key.description) }?.key
        }

        /// A task of the lane was taken in its turn.
        mutating func pass(_ lane: TaskLane) {
            let own = turns[lane] ?? turn
            if lane.audience == .pool { turn = own }
            leave(lane)
            if waiting[lane] != nil { takeTurn(lane, after: own) }
        }

        // MARK: Rates

        /// When a quota's next task may be taken, and when the quota is full again, in microseconds.
        func quota(_ quota: String, _ rate: RateLimit, at now: Int64) -> (free: Int64, full: Int64) {
            let (interval, burst) = (Int64(rate.interval), Int64(rate.burst))
            // What was set may have been slower before.
            let full = max(now, min(fullAt[quota] ?? 0, now + burst * interval))
            return (full + interval - burst * interval, full)
        }

        mutating func spend(_ tasks: Int, of quota: String, _ rate: RateLimit, at now: Int64) {
            guard tasks > 0 else { return }
            fullAt = fullAt.filter { $0.value > now }
            fullAt[quota] = self.quota(quota, rate, at: now).full + Int64(tasks) * Int64(rate.interval)
        }

        mutating func limit(_ lane: TaskLane, until free: Int64) {
            turns[lane] = nil
            limited[lane] = free
        }

        /// Lanes whose quota is free again take their turns.
        mutating func release(at now: Int64) {
            for lane in limited.filter({ $0.value <= now }).keys {
                limited[lane] = nil
                takeTurn(lane, after: currentTurn(of: lane.audience))
            }
        }

        /// What was set before does not hold any more.
        mutating func releaseAll() { release(at: .max) }
    }
}
