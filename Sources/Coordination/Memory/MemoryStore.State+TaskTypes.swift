import WorkflowCore

/// Settings, limits and lanes of task types, as configure.lua, taking.lua and task_types.lua have them.
extension MemoryStore.State {
    mutating func list(_ type: String) {
        if taskTypes[type] == nil { taskTypes[type] = MemoryStore.TaskTypeRecord() }
    }

    mutating func configure(_ type: String, _ settings: TaskTypeSettings?) {
        if settings != nil { list(type) }
        taskTypes[type]?.settings = settings
        taskTypes[type]?.releaseAll()
        settingsRevision += 1
        tell(.nodes, .settings(type: type))
    }

    func settings(newerThan revision: Int) -> TaskTypeTable? {
        guard settingsRevision != revision else { return nil }
        return TaskTypeTable(revision: settingsRevision, settings: taskTypes.compactMapValues(\.settings))
    }

    // MARK: Queues

    /// A type's queue, and those of its lanes.
    func queueNames(_ type: String) -> [String] {
        let lanes = taskTypes[type]?.lanes.map { MemoryStore.QueuePlace.queue(of: type, $0) } ?? []
        return [type] + lanes.sorted()
    }

    /// An entry leaves its queue, whoever holds it. Of a lane nothing is left when it is empty.
    mutating func leaveQueue(_ place: MemoryStore.QueuePlace) {
        let isHeld = queues[place.queue]?.holder(of: place.entry) != nil
        queues[place.queue]?.remove(place.entry)
        // Nothing, unless it is a lane's.
        let parts = place.queue.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let lane = TaskLane(parts[1]) else { return }
        let type = String(parts[0])
        if !isHeld { taskTypes[type]?.leave(lane) }
        taskTypes[type]?.directed[place] = nil
        if queues[place.queue]?.isEmpty == true {
            queues[place.queue] = nil
            taskTypes[type]?.lanes.remove(lane)
        }
    }

    private func held(of type: String) -> Int { queueNames(type).reduce(0) { $0 + (queues[$1]?.heldCount ?? 0) } }

    // MARK: Taking

    /// An agent that asks for tasks, and where.
    struct Taker {
        let id: AgentID
        let node: NodeID
        let traits: AgentTraits
    }

    /// Gives tasks of a type to an agent, and says when somebody is to ask again, if tasks stay that then may be taken.
    mutating func take(
        _ wanted: Int, of type: String, for taker: Taker, at now: Instant
    ) -> (tasks: [TakenTask], again: [Recall]) {
        guard let known = taskTypes[type], known.settings != nil || !known.waiting.isEmpty else {
            return (queues[type]?.take(wanted, for: taker.id, at: now) ?? [], [])
        }
        let settings = known.settings ?? TaskTypeSettings()
        if settings.isPaused { return ([], []) }
        let room = settings.maximumConcurrency.map { $0 - held(of: type) } ?? .max
        var taking = Taking(
            type: type, settings: settings, agent: taker.id, now: now, room: room, left: max(min(wanted, room), 0))
        let isDirected = !known.directed.isEmpty
        for call in releaseOverdue(type, from: taker.node, at: now) {
            taking.askAgain(call.audience, at: taking.microseconds)
        }
        guard var record = taskTypes[type] else { return ([], []) }
        if isDirected {
            takeFromLanes(of: .agent(taker.id), &taking, &record)
            if let next = record.directed.values.min() { taking.askAgain(.pool, at: next.milliseconds * 1000) }
        }
        let requirements = record.requirements
        let isRequiredFirst = now.milliseconds % 2 == 0
        if !isRequiredFirst { takeFromPool(&taking, &record) }
        for requirement in requirements {
            let audience = TaskAudience.meeting(requirement)
            if taker.traits.mayTake(TaskCall(type, for: audience)) {
                takeFromLanes(of: audience, &taking, &record)
            } else if settings.maximumConcurrency != nil, taking.room > 0 {
                taking.askAgain(audience, at: taking.microseconds)
            }
        }
        if isRequiredFirst { takeFromPool(&taking, &record) }
        for task in taking.tasks {
            if let place = runs[task.dispatch.task.workflow]?.places[task.dispatch.task.step] {
                record.directed[place] = nil
            }
        }
        taskTypes[type] = record
        let again = taking.again.filter { $0.value > taking.microseconds || waiting[type] != nil }
            .map { Recall(call: TaskCall(type, for: $0.key), at: Instant(milliseconds: ($0.value + 999) / 1000)) }
        return (taking.tasks, again.sorted { $0.call.description < $1.call.description })
    }

    /// What waits where nothing new comes goes first.
    private mutating func takeFromPool(_ taking: inout Taking, _ record: inout MemoryStore.TaskTypeRecord) {
        if taking.settings.hasKeys {
            takeUnkeyed(&taking, &record)
            takeFromLanes(of: .pool, &taking, &record)
        } else {
            takeFromLanes(of: .pool, &taking, &record)
            takeUnkeyed(&taking, &record)
        }
    }

    private struct Taking {
        let type: String
        let settings: TaskTypeSettings
        let agent: AgentID
        let now: Instant
        /// How many more may be held of the type.
        var room: Int
        /// How many more the agent may get.
        var left: Int
        var tasks: [TakenTask] = []
        var again: [TaskAudience: Int64] = [:]

        var microseconds: Int64 { now.milliseconds * 1000 }

        mutating func askAgain(_ audience: TaskAudience, at: Int64) {
            again[audience] = min(again[audience] ?? at, at)
        }
    }

    /// So many tasks of a queue as its quota allows; `nil` if it allows none.
    private mutating func read(
        _ limit: Int, of queue: String, for audience: TaskAudience, quota: String, _ taking: inout Taking,
        _ record: inout MemoryStore.TaskTypeRecord
    ) -> Int? {
        var limit = limit
        if let rate = taking.settings.rate {
            let free = record.quota(quota, rate, at: taking.microseconds).free
            if free > taking.microseconds { return nil }
            limit = min(limit, Int((taking.microseconds - free) / Int64(rate.interval)) + 1)
        }
        var tasks = queues[queue]?.take(limit, for: taking.agent, at: taking.now) ?? []
        for at in tasks.indices { tasks[at].audience = audience }
        if let rate = taking.settings.rate { record.spend(tasks.count, of: quota, rate, at: taking.microseconds) }
        taking.tasks += tasks
        taking.left -= tasks.count
        if taking.room < .max { taking.room -= tasks.count }
        return tasks.count
    }

    private mutating func takeUnkeyed(_ taking: inout Taking, _ record: inout MemoryStore.TaskTypeRecord) {
        if taking.left > 0 { _ = read(taking.left, of: taking.type, for: .pool, quota: "", &taking, &record) }
        guard let rate = taking.settings.rate, taking.room > 0 else { return }
        if (queues[taking.type]?.waitingCount ?? 0) > 0 {
            taking.askAgain(.pool, at: record.quota("", rate, at: taking.microseconds).free)
        }
    }

    private mutating func takeFromLanes(
        of audience: TaskAudience, _ taking: inout Taking, _ record: inout MemoryStore.TaskTypeRecord
    ) {
        record.release(at: taking.microseconds)
        let hasQuotas = taking.settings.rate?.key != nil
        var goesOn = true
        while taking.left > 0, goesOn, let lane = record.next(of: audience) {
            let queue = MemoryStore.QueuePlace.queue(of: taking.type, lane)
            let quota = hasQuotas ? lane.quota : ""
            if read(1, of: queue, for: audience, quota: quota, &taking, &record) != nil {
                record.pass(lane)
                continue
            }
            guard let rate = taking.settings.rate else { break }
            let free = record.quota(quota, rate, at: taking.microseconds).free
            if hasQuotas {
                record.limit(lane, until: free)
            } else {
                taking.askAgain(audience, at: free)
                goesOn = false
            }
        }
        // As many as may be held are held: whoever gives one back calls.
        guard taking.room > 0 else { return }
        if goesOn, taking.settings.rate != nil, record.next(of: audience) != nil {
            taking.askAgain(audience, at: taking.microseconds)
        }
        let limited = record.limited.filter { $0.key.audience == audience }
        if let next = limited.values.min() { taking.askAgain(audience, at: next) }
    }

    // MARK: Reading

    func taskTypes(_ request: PageRequest, at now: Instant) -> Page<TaskTypeStatus> {
        let names = taskTypes.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let left = names.drop { name in request.cursor.map { !$0.utf8.lexicographicallyPrecedes(name.utf8) } ?? false }
        let page = left.prefix(request.limit).compactMap { taskType($0, at: now) }
        return Page(page, next: left.count > page.count ? page.last?.name : nil)
    }

    func taskType(_ name: String, at now: Instant) -> TaskTypeStatus? {
        guard let record = taskTypes[name] else { return nil }
        let all = queueNames(name).compactMap { queues[$0] }
        var status = TaskTypeStatus(name: name, at: now)
        status.waiting = all.reduce(0) { $0 + $1.waitingCount }
        status.held = all.reduce(0) { $0 + $1.heldCount }
        status.oldestSince = all.compactMap(\.oldestSince).min()
        let microseconds = now.milliseconds * 1000
        status.limitedKeys = record.limited.values.count { $0 > microseconds }
        if let rate = record.settings?.rate, status.waiting > 0 {
            let waits = rate.key == nil || (queues[name]?.waitingCount ?? 0) > 0
            let free = (waits ? [record.quota("", rate, at: microseconds).free] : []) + record.limited.values
            status.nextFreeAt = free.min().map { Instant(milliseconds: ($0 + 999) / 1000) }
        }
        status.settings = record.settings
        return status
    }

    func pool() -> [AgentLoad] {
        agents.filter { !$0.value.hasDeparted }.map { id, record in
            var load = AgentLoad(
                id: id, name: record.registration.name, profile: record.registration.profile, status: record.status,
                slots: record.registration.slots, held: record.holds)
            load.directed = directed(to: id).count
            load.reliability = record.reliability
            return load
        }
    }

    func queued(of id: WorkflowID, steps: [Int], at now: Instant) -> [QueuedTask] {
        let takes = surroundings(of: id, steps: steps, after: .beginning).takes
        return steps.map { step in
            let parts = (runs[id]?.places[step]?.queue ?? "").split(separator: ":", maxSplits: 1)
            let lane = parts.count == 2 ? TaskLane(parts[1]) : nil
            let take = takes.first { $0.step == step }
            let until = runs[id]?.places[step].flatMap { taskTypes[String(parts.first ?? "")]?.directed[$0] }
            guard let record = parts.first.flatMap({ taskTypes[String($0)] }), let rate = record.settings?.rate else {
                return QueuedTask(step: step, lane: lane, quotaFreeAt: nil, take: take, directedUntil: until)
            }
            let free = record.quota(rate.key == nil ? "" : lane?.quota ?? "", rate, at: now.milliseconds * 1000).free
            return QueuedTask(
                step: step, lane: lane, quotaFreeAt: Instant(milliseconds: (free + 999) / 1000), take: take,
                directedUntil: until)
        }
    }
}
