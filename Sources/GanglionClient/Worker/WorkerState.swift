/// What a worker knows and what it does next, without doing anything itself: it reads no clock and sends nothing.
///
/// Times are counted from the worker's beginning. Whoever owns it tells it what happened, carries out `takeActions()`,
/// sends what `nextRequest(at:)` gives until it gives nothing, and comes back with each answer, or at `wakeAt(after:)`.
///
/// At most one take that wants tasks is under way, the poll. What is finished goes with the next poll, which hands in
/// and takes in one request; while a poll is open it goes by itself and at once. Of such requests there is one at a
/// time too, so that what finishes meanwhile collects and goes together: few tasks are handed in without delay, and
/// many with few requests.
struct WorkerState: Sendable {
    struct Settings: Sendable {
        /// How many tasks it works on at a time.
        var slots = 1
        /// How long a poll waits for a task.
        var wait = Duration.seconds(20)
        /// How long handlers may go on once the worker is to stop.
        var gracePeriod = Duration.seconds(20)
    }

    /// One attempt at a task.
    struct Key: Hashable, Sendable {
        var taskID: String
        var attempt: Int
    }

    struct Running: Sendable {
        /// Requests with a higher number name it.
        var number: Int
        /// It is not the agent's any more: nobody wants to know what becomes of it.
        var isAbandoned = false
        /// It has to be heard of so often.
        var heartbeatTimeout: Duration?
        /// What its handler says of it.
        var fingerprint: String?
        /// The last note that its handler has.
        var lastNote = 0

        /// A take names it too, but says nothing of it, and the service names it only at the usual interval meanwhile.
        var needsHeartbeats: Bool { !isAbandoned && (heartbeatTimeout != nil || fingerprint != nil) }
    }

    /// Something finished that is to be handed in.
    struct Kept: Sendable {
        var task: FinishedTask
        /// The service refused a request that it was part of, and so it goes by itself.
        var goesAlone = false
        var failures = 0
        var notBefore = Duration.zero
    }

    struct InFlight: Sendable {
        var request: WorkerRequest
        var sentAt: Duration
        var kept: [Kept] = []
    }

    let settings: Settings
    var agent: AgentRegistration?
    var running: [Key: Running] = [:]
    var kept: [Kept] = []
    var inFlight: [Int: InFlight] = [:]
    /// Failures in a row, and until when nothing is sent because of them.
    var failures = 0
    var pausedUntil = Duration.zero
    /// When the service last heard of the agent, as far as is known.
    var heardAt = Duration.zero
    /// When the handlers' time is over; `nil` until the worker is to stop.
    var graceEnd: Duration?
    /// An operator wants the worker to end when it has done what it has.
    var isDraining = false
    /// When the last heartbeat was sent.
    var beatAt: Duration?
    /// When the last one was sent that told how far tasks are.
    var toldAt: Duration?
    /// Notes that handlers have, and that the service is to be told so of with the next request.
    var receipts: [GuidanceReceipt] = []
    var isGraceOver = false
    /// Why the worker cannot go on.
    private(set) var fatalError: GanglionError?
    private var actions: [WorkerAction] = []
    private var lastNumber = 0

    /// How long a worker goes without asking which of its tasks to stop. An open poll is told at once.
    static let longestSilence = Duration.seconds(1)

    init(_ settings: Settings) {
        self.settings = settings
    }

    var isStopping: Bool { graceEnd != nil || isDraining || fatalError != nil }

    /// Nothing is left to be done.
    var isOver: Bool {
        guard isStopping, running.isEmpty, inFlight.isEmpty else { return false }
        return agent == nil || fatalError != nil
    }

    // MARK: What happens

    /// A handler has ended.
    mutating func handlerEnded(_ task: FinishedTask) {
        let ended = running.removeValue(forKey: Key(taskID: task.taskID, attempt: task.attempt))
        guard let ended, !ended.isAbandoned else { return }
        // It was the worker that stopped it: the next attempt is made as soon as the agent has left.
        if isGraceOver, case .failure = task.outcome { return }
        kept.append(Kept(task: task))
    }

    /// The worker is to stop: it takes nothing new, and leaves once its handlers have ended.
    mutating func shutDown(at now: Duration) {
        guard graceEnd == nil else { return }
        graceEnd = now + settings.gracePeriod
        for (number, open) in inFlight where open.request.isPoll { abandon(number) }
    }

    /// An operator wants it to leave: it takes nothing new, and its handlers have all the time they need.
    mutating func drain() {
        guard !isDraining else { return }
        isDraining = true
        actions.append(.drain)
        for (number, open) in inFlight where open.request.isPoll { abandon(number) }
    }

    /// A handler says how far it is: heartbeats tell it.
    mutating func told(_ key: Key, fingerprint: String) { running[key]?.fingerprint = fingerprint }

    /// Carries out what is due.
    mutating func advance(to now: Duration) {
        guard let graceEnd, !isGraceOver, now >= graceEnd else { return }
        isGraceOver = true
        for (key, task) in running where !task.isAbandoned { actions.append(.cancel(key)) }
        // Everything that is left is tried once more, now.
        pausedUntil = min(pausedUntil, now)
        for index in kept.indices { kept[index].notBefore = min(kept[index].notBefore, now) }
    }

    /// The service does not know the agent any more; what it held is given to others.
    mutating func loseAgent() {
        agent = nil
        abandonHandlers()
        for number in inFlight.keys { abandon(number) }
        for item in kept { actions.append(.discard(item.task, reason: "the agent was lost")) }
        kept = []
    }

    mutating func fail(_ error: GanglionError) {
        fatalError = error
        abandonHandlers()
        for number in inFlight.keys { abandon(number) }
    }

    private mutating func abandonHandlers() {
        for (key, task) in running where !task.isAbandoned { abandon(key) }
    }

    /// Nobody wants to know any more what becomes of the task.
    mutating func abandon(_ key: Key) {
        running[key]?.isAbandoned = true
        actions.append(.cancel(key))
    }

    /// Ends a request without its answer. What it carried is kept.
    private mutating func abandon(_ number: Int) {
        guard let open = inFlight.removeValue(forKey: number) else { return }
        kept.insert(contentsOf: open.kept, at: 0)
        actions.append(.abandon(number))
    }

    // MARK: What is to be done

    mutating func takeActions() -> [WorkerAction] {
        defer { actions = [] }
        return actions
    }

    mutating func act(_ action: WorkerAction) { actions.append(action) }

    /// Requests and handlers are numbered in one row, which tells whether a request named a handler's task.
    mutating func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// When there is something to do although nothing has happened.
    func wakeAt(after now: Duration) -> Duration? {
        var times = kept.map(\.notBefore)
        times.append(pausedUntil)
        if let graceEnd { times.append(graceEnd) }
        if let agent, !isSignOfLifeUnderWay {
            times.append(max(heardAt + min(agent.heartbeatInterval, Self.longestSilence), pausedUntil))
        }
        if let due = heartbeatDueAt { times.append(max(due, pausedUntil)) }
        return times.filter { $0 > now }.min()
    }

    /// When tasks that need heartbeats need the next one; `nil` if none does, or one is under way.
    var heartbeatDueAt: Duration? {
        guard let agent, running.values.contains(where: \.needsHeartbeats) else { return nil }
        let isUnderWay = inFlight.values.contains { if case .heartbeat = $0.request { true } else { false } }
        guard !isUnderWay else { return nil }
        // Twice it may be lost.
        let shortest = running.values.compactMap { $0.isAbandoned ? nil : $0.heartbeatTimeout }.min()
        return (beatAt ?? .zero) + min(agent.heartbeatInterval, (shortest ?? agent.heartbeatInterval * 3) / 3)
    }

    var isSignOfLifeUnderWay: Bool { inFlight.values.contains { $0.request.isSignOfLife } }
}

/// What a worker asks of the service.
enum WorkerRequest: Hashable, Sendable {
    case register
    case take(
        max: Int, wait: Duration, running: [String], finished: [FinishedTask], acknowledged: [GuidanceReceipt] = [])
    case heartbeat(
        running: [String], fingerprints: [String: String] = [:], acknowledged: [GuidanceReceipt] = [])
    case answer(FinishedTask)
    case deregister

    /// A take that wants tasks.
    var isPoll: Bool {
        if case .take(let max, _, _, _, _) = self { max > 0 } else { false }
    }

    /// While it is under way no heartbeat is needed.
    var isSignOfLife: Bool {
        switch self {
        case .take, .heartbeat, .deregister: true
        case .register, .answer: false
        }
    }
}

/// What a worker does beside sending requests.
enum WorkerAction: Hashable, Sendable {
    case start(TaskAssignment)
    /// The handler is to stop.
    case cancel(WorkerState.Key)
    /// The handler is told something.
    case guide(WorkerState.Key, TaskGuidance)
    /// An operator wants the worker to end; for its log.
    case drain
    /// Nobody waits any more for the answer to the request of that number.
    case abandon(Int)
    /// What a handler did is given up.
    case discard(FinishedTask, reason: String)
}
