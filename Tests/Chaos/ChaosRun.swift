import Foundation
import RedisStreams
import Sockets
import Synchronization
import TestKit

/// One run: a cluster under load, what happens to it, and the check.
struct ChaosRun: Sendable {
    let options: Chaos
    let journal = Journal()
    private let begin = ContinuousClock.now
    private let happenings = EventLog<String>()

    /// How long after the last fault everything has to be settled: an agent that is lost takes 15 s to be missed.
    private static let patience = Duration.seconds(60)

    init(options: Chaos) {
        self.options = options
    }

    func run() async throws -> Report {
        let cluster = ClusterOptions(
            nodes: options.nodes, durability: options.durability.rawValue, binary: Chaos.binary,
            logs: options.logs)
        return try await withCluster(cluster) { try await run(on: $0) }
    }

    private func run(on cluster: Cluster) async throws -> Report {
        let loop = try EventLoop(name: "chaos")
        let isUnruly = options.scenario == .faults
        let unruly = isUnruly ? options.agents / 2 : 0
        let agents = try AgentPool(
            url: cluster.url, nodes: cluster.nodes.map(\.url), steady: options.agents - unruly, unruly: unruly,
            work: .milliseconds(options.work ?? (options.scenario == .rolling ? 0 : 200)), journal: journal,
            seed: options.seed)
        let load = try OpenLoop(cluster.url, rate: options.rate, journal: journal)
        let mischief = Mischief(
            cluster: cluster, agents: agents, recoveries: Recoveries(cluster, on: loop), fenced: FencedCommits(),
            loop: loop, tell: tell)
        var report = Report(
            heading: "\(options.scenario.rawValue): \(options.nodes) nodes, \(options.agents) agents, "
                + "\(options.rate) workflows/s, appendfsync \(options.durability.rawValue), seed \(options.seed)")
        tell(report.heading)
        let loadTime = try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { await agents.run() }
            group.addTask { await tellProgress(cluster, on: loop) }
            async let ended: Void = load.run()
            let start = ContinuousClock.now
            try await happen(mischief, &report)
            load.stop()
            let time = ContinuousClock.now - start
            tell("healed; waiting until all is quiet")
            try await waitForQuiet(cluster, load, &report)
            load.giveUp()
            await ended
            return time
        }
        tell("checking")
        try await check(cluster, mischief, loadTime, &report)
        report.happenings = happenings.events
        return report
    }

    private func happen(_ mischief: Mischief, _ report: inout Report) async throws {
        switch options.scenario {
        case .faults:
            try await mischief.run(
                options.only.isEmpty ? Fault.Kind.allCases : options.only, seed: options.seed,
                until: .now + .seconds(options.minutes * 60))
        case .rolling: try await RollingRestart(mischief: mischief, journal: journal).run(&report)
        case .freeze: try await mischief.freezeEach(&report)
        }
    }

    // MARK: The end

    private func waitForQuiet(_ cluster: Cluster, _ load: OpenLoop, _ report: inout Report) async throws {
        do {
            try await eventually(within: Self.patience) {
                guard load.isSettled else { return false }
                let running = try await cluster.redis.command("ZCARD", "\(Cluster.prefix)index:status:running").integer
                return running == 0
            }
        } catch is TimedOut {
            report.violations.append("workflows are still running \(Self.patience) after all was healed")
        }
    }

    private func check(
        _ cluster: Cluster, _ mischief: Mischief, _ loadTime: Duration, _ report: inout Report
    ) async throws {
        for node in cluster.nodes { await mischief.fenced.look(at: node) }
        let losses = cluster.canary.losses
        let slowest = journal.ends.sorted { $0.latency > $1.latency }.prefix(options.slowest)
        let (findings, stories) = try await withRedisClient(cluster.redis.endpoint) { redis in
            var stories: [String] = []
            for end in slowest {
                guard let stored = try await StoredWorkflow.read(end.workflow, redis) else { continue }
                stories.append(stored.story(end, journal.work[end.workflow] ?? Journal.Work()))
            }
            let findings = try await Checker(redis: redis, journal: journal, losses: losses).check()
            let unfinished = findings.workflows.filter { $0.value.status == "running" }.keys
            for id in unfinished.prefix(options.slowest) {
                guard let stored = try await StoredWorkflow.read(id, redis) else { continue }
                stories.append(stored.story(nil, journal.work[id] ?? Journal.Work()))
            }
            return (findings, stories)
        }
        report.slowest = stories
        report.addWorkflows(journal, findings, loadTime: loadTime)
        report.addWork(journal)
        report.addRecoveries(mischief.recoveries.all, findings)
        report.addStore(findings, fenced: mischief.fenced, losses: losses)
    }

    // MARK: Telling

    private func tell(_ text: String) {
        let line = "\(((.now - begin) / .milliseconds(100)).rounded() / 10) s: \(text)"
        happenings.record(line)
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }

    private func tellProgress(_ cluster: Cluster, on loop: EventLoop) async {
        while !Task.isCancelled {
            await loop.pause(for: .seconds(10))
            let counts = journal.counts
            let queues = (try? await cluster.queues()).map { "; \($0.waiting) tasks wait, \($0.held) are held" } ?? ""
            tell("\(counts.started) workflows acknowledged, \(counts.ended) seen to end\(queues)")
        }
    }
}
