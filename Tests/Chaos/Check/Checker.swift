import RedisStreams
import Sockets
import TestKit

/// Compares, once all is quiet, what Redis has with what clients and agents noted.
struct Checker: Sendable {
    let redis: RedisClient
    let journal: Journal
    /// When Redis lost what it had acknowledged.
    let losses: [Canary.Loss]

    /// How many workflows are read at a time.
    private static let lanes = 32

    struct Findings: Sendable {
        var workflows: [String: StoredWorkflow.Summary] = [:]
        var violations: [Problem] = []
        /// Of workflows that were touched just when Redis lost acknowledged writes.
        var lostByRedis: [Problem] = []

        fileprivate mutating func merge(_ other: Findings) {
            workflows.merge(other.workflows) { first, _ in first }
            violations += other.violations
            lostByRedis += other.lostByRedis
        }
    }

    /// What is wrong, and with which workflow, if with one.
    struct Problem: Sendable {
        let workflow: String
        let text: String
    }

    func check() async throws -> Findings {
        let starts = Dictionary(grouping: journal.starts, by: \.workflow)
        let index = try await redis.send(.read("ZRANGE", "\(Cluster.prefix)index:workflows", "0", "-1")).strings
        let stored = Set(index.compactMap { $0.split(separator: ":").last.map(String.init) })
        let work = journal.work
        let told = Dictionary(grouping: journal.problems, by: \.workflow).mapValues { $0.map(\.text) }
        let all = Array(stored.union(starts.keys).union(work.keys))
        var findings = try await withThrowingTaskGroup(of: Findings.self) { group in
            for lane in 0..<Self.lanes {
                group.addTask(executorPreference: redis.loop) {
                    var findings = Findings()
                    for place in stride(from: lane, to: all.count, by: Self.lanes) {
                        let id = all[place]
                        let known = Known(
                            starts: starts[id] ?? [], work: work[id] ?? Journal.Work(), told: told[id] ?? [])
                        try await check(id, known, &findings)
                    }
                    return findings
                }
            }
            return try await group.reduce(into: Findings()) { $0.merge($1) }
        }
        let others = try await numbersStartedTwice() + leftovers(findings.workflows)
        findings.violations += others.map { Problem(workflow: "", text: $0) }
        for problem in journal.problems where problem.workflow == nil {
            let found = Problem(workflow: "", text: problem.text)
            if cameOfLoss(problem) { findings.lostByRedis.append(found) } else { findings.violations.append(found) }
        }
        return findings
    }

    // MARK: Workflows

    /// What those who had to do with a workflow know of it.
    private struct Known {
        let starts: [Journal.Start]
        let work: Journal.Work
        let told: [String]
    }

    private func check(_ id: String, _ known: Known, _ findings: inout Findings) async throws {
        var problems = known.told
        if let stored = try await StoredWorkflow.read(id, redis) {
            findings.workflows[id] = stored.summary
            problems += WorkflowCheck.violations(stored, known.work)
            if let start = known.starts.first, start.number != stored.number {
                problems.append("it was started for \(start.number), and is \(stored.number)")
            }
        } else {
            problems.append("it was \(known.starts.isEmpty ? "worked on" : "acknowledged"), and is not there")
        }
        let found = problems.map { Problem(workflow: id, text: $0) }
        if wasTouchedInLoss(known) { findings.lostByRedis += found } else { findings.violations += found }
    }

    /// Whether anyone did something with it, or was told of it, between the last acknowledged write that Redis kept and
    /// its death.
    private func wasTouchedInLoss(_ known: Known) -> Bool {
        let times =
            known.starts.map(\.acknowledgedAt) + known.work.executions.map(\.at) + known.work.verdicts.map(\.at)
        return losses.contains { loss in
            times.contains { $0 >= loss.from - Self.delay && $0 <= loss.until + Self.delay }
        }
    }

    /// A request may wait for so long for what Redis has lost meanwhile.
    private func cameOfLoss(_ problem: Journal.Problem) -> Bool {
        losses.contains { $0.until <= problem.at && problem.at <= $0.until + 25_000 }
    }

    /// Between an answer of Redis and a note of what came of it, at the most, in milliseconds, on a busy machine.
    private static let delay: WallTime = 1000

    private func numbersStartedTwice() -> [String] {
        let workflows = Dictionary(grouping: journal.starts, by: \.number).mapValues { Set($0.map(\.workflow)) }
        return workflows.filter { $0.value.count > 1 }.map { "\($0.key) was started as \($0.value.sorted())" }
    }

    // MARK: What is left

    /// Nothing waits for anyone any more, save what waits for a person.
    private func leftovers(_ workflows: [String: StoredWorkflow.Summary]) async throws -> [String] {
        var found: [String] = []
        for type in ContractReview.steps {
            let queue: RedisArgument = "\(Cluster.prefix)agent_queue:\(type)"
            let length = try await redis.send(.read("XLEN", queue)).integer ?? 0
            let pending = try await redis.send(.read("XPENDING", queue, "agents")).array?.first?.integer ?? 0
            if length != 0 || pending != 0 {
                found.append("the queue of \(type) has \(length) entries, \(pending) held")
            }
        }
        for status in ["running", "escalated", "completed"] {
            let index = try await redis.send(.read("ZRANGE", "\(Cluster.prefix)index:status:\(status)", "0", "-1"))
                .strings
            let listed = Set(index.compactMap { $0.split(separator: ":").last.map(String.init) })
            let real = Set(workflows.filter { $0.value.status == status }.keys)
            if listed != real { found.append("\(status) are \(real.count), and listed so \(listed.count)") }
        }
        for key in try await keys(like: "coordinators:*") {
            let open = try await redis.send(.read("SMEMBERS", RedisArgument(key))).strings.filter {
                workflows[$0]?.status != "escalated"
            }
            if !open.isEmpty { found.append("\(key) still has \(open.count) workflows: \(open.prefix(3))") }
        }
        for kind in ["coordinator_result:*", "inbox:*"] {
            for key in try await keys(like: kind) {
                let length = try await redis.send(.read("XLEN", RedisArgument(key))).integer ?? 0
                if length != 0 { found.append("\(key) still has \(length) letters") }
            }
        }
        return found
    }

    private func keys(like pattern: String) async throws -> [String] {
        var found: [String] = []
        var cursor = "0"
        repeat {
            let reply = try await redis.send(
                .read("SCAN", RedisArgument(cursor), "MATCH", "\(Cluster.prefix)\(pattern)", "COUNT", "10000"))
            cursor = reply.array?.first?.string ?? "0"
            found += reply.array?.last?.strings ?? []
        } while cursor != "0"
        return found
    }
}

extension StoredWorkflow {
    /// What the report needs of it.
    struct Summary: Sendable {
        let status: String
        let owner: String
        let takeovers: Int
        /// When each entry of the history was stored.
        let events: [WallTime]
    }

    fileprivate var summary: Summary {
        Summary(status: status, owner: owner, takeovers: takeovers, events: history.map(\.at))
    }
}
