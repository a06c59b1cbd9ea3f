import Logging
import RedisStreams
import ServiceLifecycle
import Sockets

/// The private Redis as one of the process's services: it is there until those are gone that use it.
struct PrivateRedisService: ServiceLifecycle.Service {
    private let redis: PrivateRedis

    init(folder: String, durability: PrivateRedis.Durability, on loop: EventLoop, logger: Logger) throws {
        var options = PrivateRedis.Options()
        options.durability = durability
        redis = try PrivateRedis(folder: folder, on: loop, options: options, logger: logger)
    }

    var endpoint: RedisEndpoint { redis.endpoint }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do throws(PrivateRedisError) {
                try await redis.start()
            } catch .cancelled {
                return
            }
            await redis.run()
        }
    }
}
