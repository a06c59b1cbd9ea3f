import Glibc
import Sockets
import TestKit

/// Every node is told to stop and started again, one after the other, under load.
struct RollingRestart {
    let mischief: Mischief
    let journal: Journal

    /// For how long nothing happens before the first and after each.
    private static let peace = Duration.seconds(5)
    /// How much longer than usual nobody may have to wait.
    private static let longestDelay = 500.0

    func run(_ report: inout Report) async throws {
        let start = ContinuousClock.now
        await mischief.loop.pause(for: Self.peace * 3)
        let begin = ContinuousClock.now - start
        for node in mischief.cluster.nodes {
            let told = ContinuousClock.now
            mischief.tell("node \(node.number) is told to stop")
            await mischief.fenced.look(at: node)
            let status = await node.terminate()
            let down = ContinuousClock.now - told
            if status != 0 { report.violations.append("node \(node.number) ended with \(status)") }
            try await node.start()
            report.add("node \(node.number) took to stop", .text("\(milliseconds(down)) ms"))
            report.add("node \(node.number) took to be ready again", .text("\(milliseconds(.now - told - down)) ms"))
            await mischief.loop.pause(for: Self.peace)
        }
        let end = ContinuousClock.now - start
        // What was begun in that time is over a little later.
        await mischief.loop.pause(for: Self.peace)
        judge(from: begin, to: end, &report)
    }

    private func judge(from begin: Duration, to end: Duration, _ report: inout Report) {
        let ends = journal.ends
        let before = Percentiles(ends.filter { $0.due > Self.peace && $0.due < begin }.map(\.latency))
        let during = Percentiles(ends.filter { $0.due >= begin && $0.due < end }.map(\.latency))
        report.add("latency before", .times(before))
        report.add("latency during the restarts", .times(during))
        let delay = during.longest - before.percentile(50)
        if delay > Self.longestDelay { report.violations.append("somebody waited \(delay) ms longer than usual") }
        let failed = journal.requests.failed
        if failed > 0 { report.violations.append("\(failed) requests failed: \(journal.requests.failures)") }
    }

    private func milliseconds(_ duration: Duration) -> Int { Int(duration / .milliseconds(1)) }
}

extension Mischief {
    /// Every node is frozen for longer than its lease, one after the other, and woken.
    func freezeEach(_ report: inout Report) async throws {
        await loop.pause(for: .seconds(5))
        for node in cluster.nodes {
            let before = await node.metrics()["ganglion_commits_fenced_total"] ?? 0
            tell("node \(node.number) is frozen for 10 s")
            await node.freeze()
            await loop.pause(for: .seconds(10))
            await node.thaw()
            await loop.pause(for: .seconds(5))
            let after = await node.metrics()["ganglion_commits_fenced_total"] ?? 0
            report.add("fenced commits of node \(node.number) once woken", .count(Int(after - before)))
        }
    }
}
