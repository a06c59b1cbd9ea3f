import Coordination
import Sockets
import WorkflowCore

/// What the store tells one node: over a network that loses, delays and repeats. What is heard keeps its order.
final class SimulatedMessages: MessageSource, @unchecked Sendable {
    // Used, like the world, by one thread only.
    private let cluster: Cluster
    private let link: Link
    private let lane: Lane
    private let inner: MemoryMessages
    /// When the last one arrives, in nanoseconds.
    private var lastArrival: Int64 = 0
    private var isToldOfGap = true
    private var world: World { cluster.world }

    init(_ cluster: Cluster, over link: Link, to lane: Lane) {
        self.cluster = cluster
        self.link = link
        self.lane = lane
        inner = MemoryMessages(cluster.store, on: cluster.world.outside.loop)
    }

    func run(_ hear: @escaping @Sendable (Heard) -> Void) async {
        await inner.run { self.pass($0, to: hear) }
    }

    func listen(to channel: Channel) async throws(StoreError) {
        try await inner.listen(to: channel)
        await takeTime()
        if link.cutUntil > world.now { throw .unavailable("not connected") }
    }

    func ignore(_ channel: Channel) async {
        await inner.ignore(channel)
        await takeTime()
    }

    private func takeTime() async {
        guard !link.isDead else { return }
        await world.outside.loop.run {
            await self.world.pass(self.world.travelTime())
            await self.world.pass(self.world.travelTime())
        }
    }

    private func pass(_ heard: Heard, to hear: @escaping @Sendable (Heard) -> Void) {
        guard !link.isDead else { return }
        if link.cutUntil > world.now { return tellOfGap(hear) }
        let isLossy = world.isFaulty && world.chance.perMille(cluster.faults.messages)
        if isLossy, case .message = heard, world.chance.once(in: 2) { return world.note("a message is lost") }
        arrive(heard, hear)
        if isLossy { arrive(heard, hear) }
    }

    /// Whoever was not connected is told so when he is again.
    private func tellOfGap(_ hear: @escaping @Sendable (Heard) -> Void) {
        guard isToldOfGap else { return }
        isToldOfGap = false
        _ = world.outside.loop.schedule(after: .nanoseconds(link.cutUntil - world.now)) {
            self.isToldOfGap = true
            self.arrive(.connected, hear)
        }
    }

    private func arrive(_ heard: Heard, _ hear: @escaping @Sendable (Heard) -> Void) {
        lastArrival = max(lastArrival, world.now + world.travelTime().nanoseconds)
        _ = world.outside.loop.schedule(after: .nanoseconds(lastArrival - world.now)) {
            guard !self.link.isDead else { return }
            self.lane.loop.execute { hear(heard) }
        }
    }
}
