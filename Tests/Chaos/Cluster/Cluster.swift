import RedisStreams
import Sockets
import TestKit

/// A Redis, the nodes that share it, a proxy between it and each of them, and haproxy before them all.
struct Cluster: Sendable {
    let redis: RedisServer
    let canary: Canary
    let nodes: [NodeProcess]
    /// Haproxy's.
    let url: String

    static let prefix = "ganglion:{p0}:default:"

    fileprivate init(_ redis: RedisServer, _ canary: Canary, _ nodes: [NodeProcess], url: String) {
        self.redis = redis
        self.canary = canary
        self.nodes = nodes
        self.url = url
    }

    /// The workflows that an incarnation owns.
    func workflows(of incarnation: String) async throws -> [String] {
        try await redis.command("SMEMBERS", "\(Self.prefix)coordinators:\(incarnation)").strings
    }

    /// How many tasks are on the queues with no agent, and with one.
    func queues() async throws -> (waiting: Int64, held: Int64) {
        var (length, held): (Int64, Int64) = (0, 0)
        for type in ContractReview.steps {
            length += try await redis.command("XLEN", "\(Self.prefix)agent_queue:\(type)").integer ?? 0
            let pending = try await redis.command("XPENDING", "\(Self.prefix)agent_queue:\(type)", "agents")
            held += pending.array?.first?.integer ?? 0
        }
        return (length - held, held)
    }
}

extension RedisArgument: ExpressibleByStringInterpolation {}

extension RedisValue {
    /// Of a flat reply.
    var strings: [String] { (array ?? []).compactMap(\.string) }
}

/// What a cluster is made of.
struct ClusterOptions: Sendable {
    var nodes: Int
    /// Redis's `appendfsync`.
    var durability: String
    /// The program under test.
    var binary: String
    /// A folder that the nodes' logs are kept in; `nil` if they are not.
    var logs: String?
}

/// Runs the body with a cluster, and ends all its processes.
func withCluster<Result: Sendable>(
    _ options: ClusterOptions, _ body: (Cluster) async throws -> Result
) async throws -> Result {
    let durability = ["--appendonly", "yes", "--appendfsync", options.durability]
    return try await withRedisServer(options: durability) { redis in
        try await withRedisClient(redis.endpoint) { client in
            let canary = Canary(client)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await canary.run() }
                defer { group.cancelAll() }
                return try await withNodes(options, redis, []) { nodes in
                    try await withHAProxy(nodes: nodes.map(\.address)) { address in
                        let cluster = Cluster(redis, canary, nodes, url: "http://\(address)")
                        for node in nodes { try await node.start() }
                        return try await body(cluster)
                    }
                }
            }
        }
    }
}

/// One inside the other: each has a proxy and a folder, which are there for as long as a body runs.
private func withNodes<Result: Sendable>(
    _ options: ClusterOptions, _ redis: RedisServer, _ nodes: [NodeProcess],
    _ body: ([NodeProcess]) async throws -> Result
) async throws -> Result {
    guard nodes.count < options.nodes else { return try await body(nodes) }
    return try await withTemporaryFolder { folder in
        try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
            let node = try NodeProcess(
                nodes.count, options, proxy: proxy, redis: "redis://\(address)", in: folder, on: proxy.loop)
            do {
                let result = try await withNodes(options, redis, nodes + [node], body)
                await node.kill()
                return result
            } catch {
                await node.kill()
                throw error
            }
        }
    }
}
