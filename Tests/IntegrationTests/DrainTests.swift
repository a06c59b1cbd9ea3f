import GanglionClient
import Glibc
import RedisStreams
import TestKit
import Testing

/// A service that is told to stop says so to everyone who waits, and stops.
@Suite("Draining", .timeLimit(.minutes(1)))
struct DrainTests {
    @Test("SIGTERM answers long-polls and ends the process well; the next one goes on from the checkpoints")
    func terminated() async throws {
        try await withRedisServer(appendOnly: true) { redis in
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                let campaign = try Campaign(service.url, workflows: 1500, concurrency: 40)
                let client = try GanglionClient(service.url)
                var options = GanglionClient.Options()
                options.retryFor = .zero
                let impatient = try GanglionClient(service.url, options: options)
                _ = try await campaign.run {
                    let idle = try await client.register(name: "idle", capabilities: ["nothing"])
                    let registered = try await client.agent(idle.id).heartbeatAt
                    try await campaign.ended.wait(forCount: 1)
                    async let poll = impatient.take(idle.id, max: 1, wait: .seconds(60))
                    // A take is a sign of life: it stands at the service.
                    try await eventually { try await client.agent(idle.id).heartbeatAt > registered }
                    try await campaign.ended.wait(forCount: 50)
                    #expect(await service.terminate() == 0)
                    #expect(try await poll.tasks.isEmpty)
                    #expect(campaign.ended.count < campaign.workflows, "nothing was left to go on with")
                    try await service.start()
                }
                try await campaign.check(redis.endpoint)
            }
        }
    }
}
