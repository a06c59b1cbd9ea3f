import RedisStreams
import Sockets
import Synchronization
import TestKit

/// A Redis, the nodes that share it, a proxy between it and each of them, and haproxy before them all.
final class Cluster: Sendable {
    let redis: RedisServer
    let canary: Canary
    let nodes: [NodeProcess]
    /// Haproxy's.
    let url: String
    /// The incarnations that were ever seen, and which node each of the living is of.
    private let incarnations = Mutex<(seen: Set<String>, living: [Int: String])>(([], [:]))

    static let prefix = "ganglion:{p0}:default:"

    fileprivate init(_ redis: RedisServer, _ canary: Canary, _ nodes: [NodeProcess], url: String) {
        self.redis = redis
        self.canary = canary
        self.nodes = nodes
        self.url = url
    }

    // MARK: Nodes

    /// Starts a node, and returns when it takes requests. Its new incarnation is then known.
    func start(_ node: NodeProcess) async throws {
        try await node.start()
        try await eventually {
            let members = try await redis.command("ZRANGE", "\(Self.prefix)nodes", "0", "-1").strings
            return incarnations.withLock { incarnations in
                guard let new = members.first(where: { !incarnations.seen.contains($0) }) else { return false }
                incarnations.seen.formUnion(members)
                incarnations.living[node.number] = new
                return true
            }
        }
    }

    func incarnation(of node: NodeProcess) -> String {
        incarnations.withLock { $0.living[node.number] ?? "" }
    }

    /// The workflows that an incarnation owns.
    func workflows(of incarnation: String) async throws -> [String] {
        try await redis.command("SMEMBERS", "\(Self.prefix)coordinators:\(incarnation)").strings
    }

    /// The sum over all nodes that answer.
    func metrics() async -> [String: Double] {
        var sum: [String: Double] = [:]
        for node in nodes { sum.merge(await node.metrics(), uniquingKeysWith: +) }
        return sum
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
                        for node in nodes { try await cluster.start(node) }
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
                nodes.count, binary: options.binary, proxy: proxy, redis: "redis://\(address)", in: folder,
                on: proxy.loop)
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
