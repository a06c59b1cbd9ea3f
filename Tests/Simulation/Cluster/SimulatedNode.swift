import Coordination
import Logging
import Sockets
import Synchronization
import TestKit

/// One life of a node, with a loop of its own.
final class SimulatedNode: @unchecked Sendable {
    // Used, like the world, by one thread only.
    let lane: Lane
    let link = Link()
    private(set) var node: Node!
    private let end = Gate()
    private var life: Task<Void, Never>?
    private var requests: [Int: Task<Void, Never>] = [:]
    private var nextRequest = 0

    init(_ cluster: Cluster, place: Int) {
        let world = cluster.world
        lane = world.makeLane("node-\(place)")
        let store = SimulatedStore(cluster, over: link) { [weak self] in self?.crash() }
        node = Node(
            loops: EventLoopGroup([lane.loop]), stores: [store],
            messages: SimulatedMessages(cluster, over: link, to: lane), options: cluster.options,
            random: RandomSource(world.chance.fork()), logger: .quiet)
        world.note("\(node.id) begins")
        let node = node!
        life = world.begin(on: lane) { [end] in
            await node.run { await end.pass() }
            world.note("\(node.id) has ended")
            // What is still said here is said by nobody.
            self.link.isDead = true
            self.lane.isRetired = true
            self.cancelRequests()
            cluster.restart(place)
        }
    }

    /// Ends in order.
    func stop() { end.open() }

    /// From here on nothing that it does is seen by anyone; what it still does is done soon, so that nothing is left.
    func crash() {
        guard !link.isDead else { return }
        link.isDead = true
        life?.cancel()
        lane.frozenUntil = 0
        end.open()
        cancelRequests()
    }

    private func cancelRequests() {
        for request in requests.sorted(by: { $0.key < $1.key }) { request.value.cancel() }
    }

    /// Serves a request, as a task on the node's loop; gives its number.
    func serve(_ world: World, _ body: @escaping @Sendable (Node, EventLoop) async -> Void) -> Int {
        let number = nextRequest
        nextRequest += 1
        let (node, loop) = (node!, lane.loop)
        requests[number] = world.begin(on: lane) {
            await body(node, loop)
            self.requests[number] = nil
        }
        return number
    }

    /// Whoever sent the request waits for it no longer.
    func abandon(_ number: Int) { requests[number]?.cancel() }
}

/// Lets whoever waits at it through once it is opened.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiters: [CheckedContinuation<Void, Never>]()))

    func open() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
