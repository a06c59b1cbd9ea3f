import Sockets
import TestKit

/// Does things to a cluster, and notes how it recovers.
struct Mischief: Sendable {
    let cluster: Cluster
    let agents: AgentPool
    let recoveries: Recoveries
    let fenced: FencedCommits
    let loop: EventLoop
    let tell: @Sendable (String) -> Void

    /// One fault of these kinds after the other, with some peace between them, until `end`.
    func run(_ kinds: [Fault.Kind], seed: UInt64, until end: ContinuousClock.Instant) async throws {
        var generator = SeededGenerator(seed: seed)
        while ContinuousClock.now < end, !Task.isCancelled {
            await loop.pause(for: .milliseconds(Int.random(in: 1500...4000, using: &generator)))
            let fault = Fault.random(kinds, nodes: cluster.nodes.count, using: &generator)
            tell("\(fault)")
            try await perform(fault, &generator)
        }
    }

    private func perform(_ fault: Fault, _ generator: inout SeededGenerator) async throws {
        switch fault {
        case .killNode(let number, let down): try await kill(cluster.nodes[number], for: down)
        case .freezeNode(let number, let time): await freeze(cluster.nodes[number], for: time)
        case .killRedis(let down):
            await cluster.redis.kill()
            await loop.pause(for: down)
            try await cluster.redis.restart()
        case .cut(let number): await cluster.nodes[number].proxy.cut()
        case .refuse(let number, let time):
            let proxy = cluster.nodes[number].proxy
            await proxy.refuse(true)
            await proxy.cut()
            await loop.pause(for: time)
            await proxy.refuse(false)
        case .slow(let number, let delay, let time):
            let proxy = cluster.nodes[number].proxy
            for direction in [LossyProxy.Direction.toServer, .toClient] {
                await proxy.set(direction, .slow(by: delay))
            }
            await loop.pause(for: time)
            for direction in [LossyProxy.Direction.toServer, .toClient] { await proxy.set(direction, .pass) }
        case .hold(let number, let direction, let time):
            let proxy = cluster.nodes[number].proxy
            await proxy.set(direction, .hold)
            await loop.pause(for: time)
            await proxy.set(direction, .pass)
        case .swallow(let number, let direction, let time):
            let proxy = cluster.nodes[number].proxy
            await proxy.set(direction, .drop)
            await loop.pause(for: time)
            // What was lost of a connection's bytes leaves it unfit for more.
            await proxy.cut()
            await proxy.set(direction, .pass)
        case .loseAgent:
            if let number = agents.loseOne(using: &generator) { tell("agent \(number) is not heard of any more") }
        }
    }

    private func kill(_ node: NodeProcess, for down: Duration) async throws {
        let incarnation = await node.incarnation()
        await fenced.look(at: node)
        let time = wallTime()
        // Paused first, so that what it owns is what it owns when it dies.
        await node.freeze()
        let owned = try await cluster.workflows(of: incarnation)
        await node.kill()
        async let watched: Void = recoveries.watch(incarnation, owned: owned, killedAt: time)
        await loop.pause(for: down)
        try await node.start()
        try await watched
    }

    private func freeze(_ node: NodeProcess, for time: Duration) async {
        await node.freeze()
        await loop.pause(for: time)
        await node.thaw()
    }
}
