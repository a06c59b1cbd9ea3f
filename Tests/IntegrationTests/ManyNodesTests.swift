import RedisStreams
import TestKit
import Testing

/// Three nodes on one Redis, with haproxy before them as deploy/haproxy.cfg has it.
@Suite("Many nodes", .timeLimit(.minutes(1)))
struct ManyNodesTests {
    @Test("haproxy finds nothing wrong with its configuration")
    func configuration() async throws {
        let (status, lines) = try await checkHAProxyConfiguration()
        #expect(status == 0, "\(lines.joined(separator: "\n"))")
        #expect(lines.allSatisfy { !$0.contains("WARNING") }, "\(lines.joined(separator: "\n"))")
    }

    @Test("With one node killed and one told to stop, the third completes every workflow, and each step once")
    func failover() async throws {
        try await withRedisServer(appendOnly: true) { redis in
            try await withServices(3, ["--redis", "unix://\(redis.endpoint.unixPath)"]) { services in
                try await withHAProxy(nodes: services.map(\.address)) { address in
                    let campaign = try Campaign("http://\(address)", workflows: 400, concurrency: 40)
                    _ = try await campaign.run {
                        try await campaign.ended.wait(forCount: 100)
                        await services[0].kill()
                        try await campaign.ended.wait(forCount: 200)
                        #expect(await services[1].terminate() == 0)
                        #expect(campaign.ended.count < campaign.workflows, "nothing was left to go on with")
                    }
                    try await campaign.check(redis.endpoint)
                }
            }
        }
    }
}
