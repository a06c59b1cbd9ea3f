import RedisStreams
import Sockets
import TestKit
import Testing

@Suite("Outages", .timeLimit(.minutes(1)))
struct OutageTests {
    @Test("Data that was written survives a kill when the server appends it to a file")
    func appendOnly() async throws {
        try await withRedisServer(appendOnly: true) { redis in
            try await redis.command("SET", "key", "value")
            await redis.kill()
            try await redis.restart()
            #expect(try await redis.command("GET", "key") == .bulk(Array("value".utf8)))
        }
    }

    @Test("A proxy passes, holds, drops and cuts")
    func proxy() async throws {
        try await withRedisServer { redis in
            try await withLossyProxy(to: redis.endpoint.address) { proxy, address in
                try await withRedisClient(RedisEndpoint(address)) { client in
                    #expect(try await client.send(RedisCommand(["PING"], isResendable: true)) == .simple("PONG"))
                    await proxy.cut()
                    #expect(try await client.send(RedisCommand(["PING"], isResendable: true)) == .simple("PONG"))
                    try await proxy.accepted.wait(forCount: 2)
                }
            }
        }
    }
}
