package import Logging
import ServiceLifecycle
package import Sockets
import Synchronization
package import WorkflowCore

/// One server process as part of Ganglion: coordinates the workflows that it accepts or takes over, hands tasks to the
/// agents that ask it, and watches for nodes and agents that are gone. All of the API goes through it.
package final class Node: Service {
    package let options: NodeOptions
    package let clock: StoreClock
    let hosts: [CoordinatorHost]
    let loops: EventLoopGroup
    let takes = TakeQueue()
    let taskTypes = TaskTypes()
    let directory = AgentDirectory()
    let tallies = Tallies()
    let plans = PlanCache()
    let metrics = NodeMetrics()
    let heartbeatPause = HeartbeatPause()
    let correspondence = Correspondence()
    let changes: ChangeFeed
    let historyFeeds = Feeds<WorkflowID, HistoryEntry>(capacity: 1024)
    let serviceFeeds = Feeds<ServiceTopic, ServiceEvent>(capacity: 4096)
    let messages: any MessageSource
    let random: RandomSource
    private let stores: [any WorkflowStore]
    private let status = Mutex(Status.starting([]))
    private let incarnation: Mutex<Incarnation>
    /// Those that it has been, as they begin: each listens to a channel of its own.
    let ids: AsyncStream<NodeID>
    private let newIDs: AsyncStream<NodeID>.Continuation

    /// A life of the node under one id: it ends with the process, or when others take the node for dead.
    private struct Incarnation: Sendable {
        let id: NodeID
        let logger: Logger

        init(_ id: NodeID, logger: Logger) {
            self.id = id
            var logger = logger
            logger[metadataKey: "node"] = "\(id)"
            self.logger = logger
        }
    }

    private enum Status: Sendable {
        /// What has begun by now.
        case starting(Set<Beginning>)
        case ready
        case stopping
    }

    /// What has to be before the node takes requests.
    enum Beginning: CaseIterable {
        /// The store has heard of it, and it knows the time.
        case beating
        /// It hears what it is told.
        case hearing
    }

    /// `stores` are views of one store, one for each of the loops; `messages` is what it tells this node.
    package init(
        loops: EventLoopGroup, stores: [any WorkflowStore], messages: any MessageSource,
        options: NodeOptions = NodeOptions(), random: RandomSource = .system, logger: Logger
    ) {
        let clock = StoreClock(at: loops.loops[0].now)
        let incarnation = Incarnation(NodeID(token: random.token()), logger: logger)
        let settings = CoordinatorSettings(
            node: incarnation.id, clock: clock, takes: takes, taskTypes: taskTypes, directory: directory,
            tallies: tallies,
            correspondence: correspondence,
            replyTimeout: options.nodeTimeout * 2 + .seconds(3), idleAfter: options.idleAfter, metrics: metrics,
            random: random, retention: options.retention, stuckAfter: options.stuckAfter, logger: incarnation.logger)
        let plans = plans
        self.incarnation = Mutex(incarnation)
        (ids, newIDs) = AsyncStream.makeStream(of: NodeID.self)
        newIDs.yield(incarnation.id)
        self.clock = clock
        self.random = random
        self.options = options
        self.loops = loops
        self.stores = stores
        self.messages = messages
        changes = ChangeFeed(messages)
        hosts = zip(loops.loops, stores).map { loop, store in
            CoordinatorHost(store: store, settings: settings, plans: plans, on: loop)
        }
        if let host = hosts.first {
            // The host has the queue.
            takes.passOn(by: { [weak host] call in
                host?.loop.execute { host?.assumeIsolated { $0.add(.passOn(call)) } }
            })
        }
    }

    /// It is another one after others took the node for dead.
    package var id: NodeID { incarnation.withLock(\.id) }
    package var logger: Logger { incarnation.withLock(\.logger) }

    // MARK: Its life

    /// Is ready once the store has heard of it and it hears what it is told. On graceful shutdown every coordinator
    /// stores what it knows and ends, then the node gives up what it owns. A cancelled task ends in the same order.
    package func run() async throws {
        // It throws if it is cancelled, which is to end as well.
        await run { try? await gracefulShutdown() }
    }

    /// Runs until the closure returns, which it has to do when its task is cancelled, and ends in the same order.
    package func run(until end: @escaping @Sendable () async -> Void) async {
        await withTaskGroup { group in
            // It beats until nothing is coordinated any more: others must not take over what is being stored.
            let watchdog = Watchdog(node: self, store: stores[0])
            group.addTask(executorPreference: loops.loops[0]) { await watchdog.run() }
            group.addTask(executorPreference: loops.loops[0]) { await self.listen() }
            await coordinate(until: end)
            group.cancelAll()
        }
        do throws(StoreError) {
            try await stores[0].leave(id)
        } catch {
            logger.warning("the node could not say that it leaves", metadata: ["reason": "\(error)"])
        }
    }

    private func coordinate(until end: @escaping @Sendable () async -> Void) async {
        await withDiscardingTaskGroup { group in
            for host in hosts { group.addTask(executorPreference: host.loop) { await host.run() } }
            group.addTask(executorPreference: loops.loops[0]) {
                await end()
                self.drain()
                await withDiscardingTaskGroup { stops in
                    for host in self.hosts { stops.addTask(executorPreference: host.loop) { await host.stop() } }
                }
            }
        }
    }

    /// Goes on as another node, whose first heartbeat was heard: others have taken this one for dead, and each workflow
    /// over that they could. What they could not is left behind, and claimed by whoever sees it first.
    ///
    /// The coordinators' hosts are the first to know: what is claimed for this node meanwhile is claimed for the dead
    /// one, where it is seen, and never for one that they do not know of.
    func goOn(as id: NodeID) async {
        let next = Incarnation(id, logger: logger)
        for host in hosts { await host.goOn(as: id, logger: next.logger) }
        let former = incarnation.withLock { incarnation in
            defer { incarnation = next }
            return incarnation.id
        }
        newIDs.yield(id)
        metrics.incarnated()
        next.logger.warning(
            "others took this node for dead; it goes on as another one", metadata: ["former": "\(former)"])
    }

    /// What it says of itself under this id.
    func report(as id: NodeID, isFirst: Bool) -> NodeReport {
        metrics.report(of: id, isFirst: isFirst, loops: loops.loops.count, options)
    }

    func begins(_ part: Beginning) {
        let isReady = status.withLock { status in
            guard case .starting(var parts) = status else { return false }
            parts.insert(part)
            status = parts.count == Beginning.allCases.count ? .ready : .starting(parts)
            return parts.count == Beginning.allCases.count
        }
        if isReady { logger.info("the node is ready") }
    }

    /// From here on it starts nothing and gives nothing new, and nobody waits here. What is asked of what goes on here
    /// is answered as long as it goes on.
    package func drain() {
        status.withLock { $0 = .stopping }
        takes.close()
        changes.hearAll()
        for host in hosts { host.loop.execute { host.assumeIsolated { $0.drain() } } }
    }

    func superviseCoordinators() {
        for host in hosts { host.loop.execute { host.assumeIsolated { $0.giveUpStuck() } } }
    }

    package var isStopping: Bool {
        status.withLock { if case .stopping = $0 { true } else { false } }
    }

    /// `nil` if it takes requests, otherwise why not.
    package func unavailability() async -> String? {
        switch status.withLock({ $0 }) {
        case .starting(let begun) where begun.contains(.beating):
            return "the node is starting: it does not hear yet what Redis publishes to ganglion:*"
        case .starting: return "the node is starting"
        case .stopping: return "the node is stopping"
        case .ready: return await stores[0].unavailability()
        }
    }

    package func checkReady() throws(CoordinationError) {
        if case .starting = status.withLock({ $0 }) { throw .unavailable("the node is starting") }
    }

    func checkStarts() throws(CoordinationError) {
        try checkReady()
        if isStopping { throw .unavailable("the node is stopping") }
    }

    // MARK: Who is where

    /// The host that a workflow's coordinator is on, here or on any node with as many loops.
    func host(of workflow: WorkflowID) -> CoordinatorHost {
        hosts[Int(workflow.token.low % UInt64(hosts.count))]
    }

    /// The store over the connection of this loop.
    func store(on loop: EventLoop) -> any WorkflowStore {
        hosts.first { $0.loop === loop }?.store ?? stores[0]
    }

    /// Asks the store, with errors as a node has them.
    func ask<Value>(
        _ loop: EventLoop, _ question: (any WorkflowStore) async throws(StoreError) -> Value
    ) async throws(CoordinationError) -> Value {
        try checkReady()
        do throws(StoreError) {
            return try await question(store(on: loop))
        } catch {
            throw CoordinationError(error)
        }
    }
}
