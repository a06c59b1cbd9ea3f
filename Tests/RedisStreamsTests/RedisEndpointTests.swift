import RedisStreams
import Sockets
import Testing

@Suite("Endpoints")
struct RedisEndpointTests {
    private static func endpoint(
        _ address: SocketAddress, user: String? = nil, password: String? = nil, database: Int = 0
    ) -> RedisEndpoint {
        var endpoint = RedisEndpoint(address)
        (endpoint.user, endpoint.password, endpoint.database) = (user, password, database)
        return endpoint
    }

    private static let local = SocketAddress.internet(host: "127.0.0.1", port: 6379)

    @Test(
        "Endpoints are read",
        arguments: [
            ("redis://127.0.0.1", endpoint(local)),
            ("redis://127.0.0.1/", endpoint(local)),
            ("redis://127.0.0.1:6379/3", endpoint(local, database: 3)),
            ("redis://cache:7000", endpoint(.internet(host: "cache", port: 7000))),
            ("redis://[::1]", endpoint(.internet(host: "::1", port: 6379))),
            ("redis://[::1]:7/1", endpoint(.internet(host: "::1", port: 7), database: 1)),
            ("redis://:secret@127.0.0.1", endpoint(local, password: "secret")),
            ("redis://worker:secret@127.0.0.1/2", endpoint(local, user: "worker", password: "secret", database: 2)),
            ("redis://worker:a@b:/c@127.0.0.1", endpoint(local, user: "worker", password: "a@b:/c")),
            ("redis://w%40rk:100%25%2Fa@127.0.0.1", endpoint(local, user: "w@rk", password: "100%/a")),
            ("redis://:%zz%4@127.0.0.1", endpoint(local, password: "%zz%4")),
            ("unix:///run/redis.sock", endpoint(.unix(path: "/run/redis.sock"))),
            ("unix:///run/redis.sock?db=4", endpoint(.unix(path: "/run/redis.sock"), database: 4)),
        ] as [(String, RedisEndpoint)])
    func reading(_ text: String, _ expected: RedisEndpoint) { #expect(RedisEndpoint(text) == expected) }

    @Test(
        "What is no endpoint is refused",
        arguments: [
            "", "127.0.0.1:6379", "redis://", "redis://:6379", "redis://host:x", "redis://host:70000", "redis://host/x",
            "redis://host/-1", "redis://host/+1", "redis://user@host", "rediss://host", "redis://::1",
            "unix://relative",
            "unix://", "unix:///s?db=", "unix:///s?db=-1", "unix:///s?db=+1", "unix:///s?x=1", "http://host",
        ])
    func refusing(_ text: String) { #expect(RedisEndpoint(text) == nil) }

    @Test("What is written of an endpoint tells no password")
    func description() throws {
        #expect(try #require(RedisEndpoint("redis://u:secret@h:1/2")).description == "redis://h:1/2")
        #expect(try #require(RedisEndpoint("unix:///s?db=2")).description == "unix:///s?db=2")
        #expect(try #require(RedisEndpoint("unix:///s")).description == "unix:///s")
    }
}
