/// The figures of a run, from its findings and its journal.
extension Report {
    mutating func addWorkflows(_ journal: Journal, _ findings: Checker.Findings, loadTime: Duration) {
        add("workflows acknowledged", .count(Set(journal.starts.map(\.workflow)).count))
        add("workflows stored", .count(findings.workflows.count))
        for (status, workflows) in Dictionary(grouping: findings.workflows.values, by: \.status).sorted(by: {
            $0.key < $1.key
        }) {
            add("workflows \(status)", .count(workflows.count))
        }
        add("seconds of load", .decimal(loadTime / .seconds(1)))
        add("workflows a second", .decimal(Double(journal.ends.count) / (loadTime / .seconds(1))))
        add("latency", .times(Percentiles(journal.ends.map(\.latency))))
    }

    mutating func addWork(_ journal: Journal) {
        let work = journal.work.values
        let executions = work.map { work in
            Dictionary(grouping: work.executions) { "\($0.step) \($0.attempt)" }.values.map(\.count)
        }.joined()
        add("tasks executed", .count(executions.reduce(0, +)))
        add("of these given again to the same agent", .count(executions.reduce(0) { $0 + $1 - 1 }))
        add("tasks executed in a later attempt", .count(work.reduce(0) { $0 + $1.executions.count { $0.attempt > 1 } }))
        let verdicts = work.flatMap(\.verdicts)
        add("answers noted", .count(verdicts.count))
        add("of these refused", .count(verdicts.count { !$0.counts }))
        for (name, requests) in [("clients", journal.requests), ("unruly agents", journal.agentRequests)] {
            let failures = requests.failures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let details = failures.isEmpty ? "" : " (\(failures.joined(separator: ", ")))"
            add(
                "requests of \(name)",
                .text("\(requests.answered) answered, \(requests.putOff) put off, \(requests.failed) failed\(details)"))
        }
    }

    /// A workflow that ended just before its node died still has that one as its owner: it had nothing to recover.
    mutating func addRecoveries(_ recoveries: [Recoveries.Recovery], _ findings: Checker.Findings) {
        let real = recoveries.filter { findings.workflows[$0.workflow]?.owner != $0.incarnation }
        add("nodes killed that owned workflows", .count(Set(recoveries.map(\.incarnation)).count))
        add("until the next owner", .times(Percentiles(real.map { Double($0.claimedAt - $0.killedAt) })))
        let next = real.compactMap { recovery in
            findings.workflows[recovery.workflow]?.events.first { $0 >= recovery.claimedAt - Recoveries.precision }
                .map { Double($0 - recovery.killedAt) }
        }
        add("until its next event", .times(Percentiles(next)))
    }

    mutating func addStore(_ findings: Checker.Findings, fenced: FencedCommits, losses: [Canary.Loss]) {
        let takeovers = findings.workflows.values.reduce(0) { $0 + $1.takeovers }
        add("takeovers", .count(takeovers))
        add("fenced commits", .count(fenced.sum))
        let windows = losses.map { "\($0.until - $0.from) ms" }
        add("acknowledged writes lost by Redis", .text(windows.isEmpty ? "none" : windows.joined(separator: ", ")))
        violations += Self.grouped(findings.violations)
        lostByRedis += Self.grouped(findings.lostByRedis)
    }
}
