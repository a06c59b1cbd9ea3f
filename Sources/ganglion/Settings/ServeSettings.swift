import Logging
import RedisStreams
import Sockets

/// What `serve` runs by, read and checked.
struct ServeSettings: Hashable, Sendable {
    var listen: [SocketAddress]
    var redis: RedisChoice
    /// How often a node says that it is alive, and after how long others take its workflows.
    var heartbeat: Duration
    var nodeTimeout: Duration
    /// The same for agents: what they are told, and after how long their tasks go to others.
    var agentHeartbeat: Duration
    var agentLostAfter: Duration
    /// How long a workflow is kept after its end.
    var retention: Duration
    /// Bytes.
    var maxBody: Int
    var loops: Int
    /// Whether webhooks may lead to addresses that only this machine or its network reaches.
    var privateWebhooks: Bool
    var logLevel: Logger.Level
    var logFormat: LogFormat

    enum RedisChoice: Hashable, Sendable {
        case server(RedisEndpoint)
        case own(folder: String, durability: PrivateRedis.Durability)
    }
}
