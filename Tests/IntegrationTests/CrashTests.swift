import Foundation
import GanglionClient
import Glibc
import RedisStreams
import Sockets
import TestKit
import Testing

/// How much is under way while processes are killed; more than by default proves more.
private enum Load {
    static let workflows = number("GANGLION_CRASH_WORKFLOWS") ?? 300
    static let concurrency = number("GANGLION_CRASH_CONCURRENCY") ?? 50
    static let minutes = 1 + workflows / 1000

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }
}

/// Processes that are killed while workflows run lose no workflow, and no answer counts twice.
@Suite("Crashes", .timeLimit(.minutes(Load.minutes)), .serialized)
struct CrashTests {
    private static let patience = Duration.seconds(Load.minutes * 60)

    @Test("A service that is killed twice completes every workflow it acknowledged, and each step once")
    func service() async throws {
        try await withRedisServer(appendOnly: true) { redis in
            try await withService(["--redis", "unix://\(redis.endpoint.unixPath)"]) { service in
                let campaign = try Campaign(service.url, workflows: Load.workflows, concurrency: Load.concurrency)
                let time = try await campaign.run {
                    for third in [1, 2] {
                        try await campaign.ended.wait(forCount: Load.workflows * third / 3, within: Self.patience)
                        await service.kill()
                        try await service.start()
                    }
                }
                try await campaign.check(redis.endpoint)
                report(campaign, time)
            }
        }
    }

    @Test("A private Redis that is killed is started again, and every workflow is completed, each step once")
    func redis() async throws {
        try await withTemporaryFolder { data in
            // `everysec` promises less: Redis may answer before its last writes are with the kernel.
            try await withService(["--data", data.path, "--durability", "always"]) { service in
                let campaign = try Campaign(service.url, workflows: Load.workflows, concurrency: Load.concurrency)
                let isReady = "the private Redis is ready"
                let time = try await campaign.run {
                    let log = await service.log
                    let ready = try await log.wait { $0.contains { $0.contains(isReady) } }
                    let first = try #"process=(\d+)"#.firstGroup(in: ready.first { $0.contains(isReady) } ?? "")
                    try await campaign.ended.wait(forCount: Load.workflows / 3, within: Self.patience)
                    _ = Glibc.kill(try #require(pid_t(first)), SIGKILL)
                    try await log.wait { lines in lines.count { $0.contains(isReady) } == 2 }
                }
                try await campaign.check(RedisEndpoint(.unix(path: data.file("redis.sock"))))
                report(campaign, time)
            }
        }
    }

    /// Whoever asks for a load wants to know how it went.
    private func report(_ campaign: Campaign, _ time: Duration) {
        guard ProcessInfo.processInfo.environment["GANGLION_CRASH_WORKFLOWS"] != nil else { return }
        let figures = campaign.ledger.figures
        let rate = Int(Double(campaign.workflows) / (time / .seconds(1)))
        print(
            """
            \(campaign.workflows) workflows, \(campaign.concurrency) at a time: \(time), \(rate)/s; \
            \(figures.repeated) requests repeated; of \(figures.answers) answers noted \(figures.duplicates) \
            duplicates; \(figures.refused) refused
            """)
    }
}

extension RedisEndpoint {
    /// Of a server on a unix socket.
    var unixPath: String {
        if case .unix(let path) = address { path } else { "" }
    }
}
