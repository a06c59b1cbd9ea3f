package import Logging
import ServiceLifecycle
package import Sockets
import Synchronization
package import WorkflowCore

/// One server process as part of Ganglion: coordinates the workflows that it accepts or takes over, hands tasks to the
/// agents that ask it, and watches for nodes and agents that are gone. All of the API goes through it.
package final class Node: Service {
    package let id: NodeID
    package let options: NodeOptions
    package let clock: StoreClock
    let hosts: [CoordinatorHost]
    let loops: EventLoopGroup
    let takes = TakeQueue()
    let plans = PlanCache()
    let metrics = NodeMetrics()
    let correspondence = Correspondence()
    let changes: ChangeFeed
    let messages: any MessageSource
    let random: RandomSource
    package let logger: Logger
    private let stores: [any WorkflowStore]
    private let status = Mutex(Status.starting)

    private enum Status: Sendable {
        case starting
        case ready
        case stopping
    }

    /// `stores` are views of one store, one for each of the loops; `messages` is what it tells this node.
    package init(
        loops: EventLoopGroup, stores: [any WorkflowStore], messages: any MessageSource,
        options: NodeOptions = NodeOptions(), random: RandomSource = .system, logger: Logger
    ) {
        let id = NodeID(token: random.token())
        var logger = logger
        logger[metadataKey: "node"] = "\(id)"
        let clock = StoreClock(at: loops.loops[0].now)
        let settings = CoordinatorSettings(
            node: id, clock: clock, takes: takes, correspondence: correspondence,
            replyTimeout: options.nodeTimeout * 2 + .seconds(3), metrics: metrics, random: random,
            retention: options.retention,
            logger: logger)
        let plans = plans
        self.id = id
        self.clock = clock
        self.random = random
        self.options = options
        self.loops = loops
        self.stores = stores
        self.messages = messages
        changes = ChangeFeed(messages)
        self.logger = logger
        hosts = zip(loops.loops, stores).map { loop, store in
            CoordinatorHost(store: store, settings: settings, plans: plans, on: loop)
        }
        if let host = hosts.first {
            takes.passOn(by: { type in host.loop.execute { host.assumeIsolated { $0.add(.passOn(type: type)) } } })
        }
    }

    // MARK: Its life

    /// Is ready at the first answer of the store. On graceful shutdown every coordinator stores what it knows and ends,
    /// then the node gives up what it owns. A cancelled task ends in the same order.
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

    func becomeReady() {
        let isFirst = status.withLock { status in
            guard case .starting = status else { return false }
            status = .ready
            return true
        }
        if isFirst { logger.info("the node is ready") }
    }

    /// From here on it starts nothing and gives nothing new, and nobody waits here. What is asked of what goes on here
    /// is answered as long as it goes on.
    package func drain() {
        status.withLock { $0 = .stopping }
        takes.close()
        changes.hearAll()
        for host in hosts { host.loop.execute { host.assumeIsolated { $0.drain() } } }
    }

    package var isStopping: Bool {
        status.withLock { if case .stopping = $0 { true } else { false } }
    }

    /// `nil` if it takes requests, otherwise why not.
    package func unavailability() async -> String? {
        switch status.withLock({ $0 }) {
        case .starting: return "the node is starting"
        case .stopping: return "the node is stopping"
        case .ready: return await stores[0].unavailability()
        }
    }

    func checkReady() throws(CoordinationError) {
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
