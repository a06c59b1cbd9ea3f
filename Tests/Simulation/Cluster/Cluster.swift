import Coordination
import Sockets
import WorkflowCore

/// The nodes of a run, their store, and what happens to them.
final class Cluster: @unchecked Sendable {
    // Used, like the world, by one thread only.
    let world: World
    let ledger = Ledger()
    let store: MemoryStore
    let faults: Link.Faults
    let options: NodeOptions
    private var nodes: [SimulatedNode] = []
    /// Those that live, by their place; `nil` until the next one begins there.
    private var living: [SimulatedNode?]
    var places: Int { living.count }
    /// Clients whose workflow has not come to its end, as far as they know.
    var busyClients = 0

    init(_ world: World, nodes count: Int) {
        self.world = world
        faults = Link.Faults(&world.chance)
        store = MemoryStore { [unowned world] in world.storeTime }
        var options = NodeOptions()
        options.agentHeartbeat = .seconds(1)
        options.agentLostAfter = .seconds(3)
        // So that workflows that wait for something sleep, and are woken.
        options.idleAfter = .milliseconds(700)
        self.options = options
        living = Array(repeating: nil, count: count)
        for place in 0..<count { begin(place) }
    }

    private func begin(_ place: Int) {
        let node = SimulatedNode(self, place: place)
        nodes.append(node)
        living[place] = node
    }

    /// A node has come to its end: another one begins in its place, sooner or later.
    func restart(_ place: Int) {
        let ended = living[place]
        living[place] = nil
        if let ended {
            nodes.removeAll { $0 === ended }
        }
        guard !world.isOver else { return }
        let wait = world.isFaulty ? world.chance.milliseconds(1...4000) : .milliseconds(1)
        world.begin {
            await self.world.pause(wait)
            if !self.world.isOver { self.begin(place) }
        }
    }

    // MARK: What happens to nodes

    /// As long as faults happen: crashes, stops, freezes, cuts, and clocks that are set.
    func suffer(every interval: ClosedRange<Int>) async {
        while world.isFaulty, !world.isOver {
            await world.pause(world.chance.milliseconds(interval))
            guard world.isFaulty, !world.isOver else { return }
            hurt()
        }
    }

    private func hurt() {
        guard let node = living[world.chance.below(places)] else { return }
        let until = world.now + world.chance.milliseconds(100...6000).nanoseconds
        switch world.chance.below(10) {
        case 0...2:
            world.note("\(node.node.id) crashes")
            node.crash()
        case 3: node.stop()
        case 4...6:
            world.note("\(node.node.id) freezes")
            node.lane.frozenUntil = until
        case 7, 8:
            world.note("\(node.node.id) is cut off")
            node.link.cutUntil = until
        default:
            let jump = world.chance.within(-400...400)
            world.note("the store's clock jumps by \(jump) ms")
            world.storeOffset += .milliseconds(jump)
        }
    }

    /// From here on everything is well.
    func heal() {
        world.isFaulty = false
        world.note("everything is well")
        for node in nodes {
            node.lane.frozenUntil = 0
            node.link.cutUntil = 0
        }
    }

    /// Every workflow has come to its end, and every client knows it.
    var isAtRest: Bool { busyClients == 0 && ledger.workflows.values.allSatisfy(\.status.isTerminal) }

    /// Nobody lives after this.
    func end() {
        world.end()
        for node in nodes {
            node.lane.frozenUntil = 0
            node.link.cutUntil = 0
            node.crash()
        }
    }

    // MARK: Requests

    /// Why a request has no answer.
    enum CallFailure: Error {
        /// The node did not answer in time, or is not there.
        case lost
        case refused(CoordinationError)
    }

    /// Sends a request to the node at a place, over a network that may lose it or its answer. `told` hears the answer
    /// at the moment at which the node gives it.
    func call<Answer: Sendable>(
        _ place: Int, within limit: Duration = .seconds(3),
        _ body: @escaping @Sendable (Node, EventLoop) async throws(CoordinationError) -> Answer,
        told: @escaping @Sendable (Answer) -> Void = { _ in }
    ) async -> Result<Answer, CallFailure> {
        await world.pass(world.travelTime())
        guard let node = living[place], !node.link.isDead, !(world.isFaulty && world.chance.once(in: 100)) else {
            return .failure(.lost)
        }
        let reply = Reply<Result<Answer, CallFailure>>()
        let number = node.serve(world) { service, loop in
            let result: Result<Answer, CallFailure>
            do throws(CoordinationError) {
                let answer = try await body(service, loop)
                result = .success(answer)
            } catch {
                result = .failure(.refused(error))
            }
            guard !node.link.isDead else { return }
            if case .success(let answer) = result { told(answer) }
            reply.give(result)
        }
        let timer = world.outside.loop.schedule(after: limit) {
            node.abandon(number)
            reply.give(.failure(.lost))
        }
        let result = await reply.value()
        timer.cancel()
        await world.pass(world.travelTime())
        if world.isFaulty, world.chance.once(in: 100) { return .failure(.lost) }
        return result
    }
}

/// One answer, the first that is given.
final class Reply<Value: Sendable>: @unchecked Sendable {
    // Used, like the world, by one thread only.
    private var given: Value?
    private var waiter: CheckedContinuation<Value, Never>?

    func give(_ value: Value) {
        guard given == nil else { return }
        given = value
        waiter?.resume(returning: value)
        waiter = nil
    }

    func value() async -> Value {
        await withCheckedContinuation { continuation in
            if let given { return continuation.resume(returning: given) }
            waiter = continuation
        }
    }
}
