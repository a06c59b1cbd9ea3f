import Glibc
import Simulation
import Synchronization

/// Tells of the runs, one line at a time whoever runs them.
final class Printer: Sendable {
    private let isQuiet: Bool
    private let isTraced: Bool
    private let total: UInt64
    private let lastProgress = Mutex(Duration.zero)

    private static let progressInterval = Duration.seconds(5)

    init(isQuiet: Bool, isTraced: Bool, total: UInt64) {
        self.isQuiet = isQuiet
        self.isTraced = isTraced
        self.total = total
    }

    func tell(_ report: Report, differs: Bool, done: UInt64, after time: Duration) {
        guard !isQuiet else { return }
        lastProgress.withLock { last in
            for line in report.trace { print(line) }
            if differs { print("seed \(report.seed): two runs differ") }
            for violation in report.violations { print("seed \(report.seed): \(violation)") }
            if !report.violations.isEmpty, !isTraced {
                print("seed \(report.seed): scripts/simulate --first \(report.seed) --seeds 1 --trace")
            }
            if isTraced { print("seed \(report.seed): digest \(report.digest)") }
            guard time - last > Self.progressInterval, done < total else { return }
            last = time
            let line = "\(done) of \(total) seeds, \(rate(done, time)) a second\n"
            // Standard error is for whoever watches.
            var bytes = Array(line.utf8)
            _ = unsafe write(STDERR_FILENO, &bytes, bytes.count)
        }
    }

    func tell(_ totals: Campaign.Totals, after time: Duration) {
        let seconds = Double(totals.time.components.seconds)
        if isQuiet {
            let broken = totals.broken.sorted { $0.key.rawValue < $1.key.rawValue }
                .map { #"{"invariant":\#($0.key.rawValue),"seed":\#($0.value)}"# }.joined(separator: ",")
            print(
                #"{"seeds":\#(totals.seeds),"failed":\#(totals.failed),"broken":[\#(broken)],"#
                    + #""seeds_per_second":\#(rate(totals.seeds, time)),"workflows":\#(totals.workflows),"#
                    + #""commits":\#(totals.commits),"takeovers":\#(totals.takeovers),"fenced":\#(totals.fenced)}"#)
            return
        }
        print(
            """
            \(totals.seeds) seeds, \(totals.failed) of which broke an invariant; \(rate(totals.seeds, time)) a second
            \(totals.workflows) workflows, \(totals.commits) commits, \(totals.takeovers) takeovers, \
            \(totals.fenced) refused commits in \(Int(seconds / 3600)) simulated hours
            """)
    }

    private func rate(_ count: UInt64, _ time: Duration) -> Int {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        return Int(Double(count) / max(seconds, 0.001))
    }
}
