import WorkflowCore

/// How many workflows ended at a node, and how long those that were completed took, since it began: figures that only
/// grow, so that rates and percentiles are those of the differences.
package struct FinishedWorkflows: Hashable, Sendable {
    package private(set) var completed = 0
    package private(set) var failed = 0
    package private(set) var cancelled = 0
    /// How many of those that were completed took up to each of `bounds`, and more than the one before; at last, how
    /// many took longer.
    package private(set) var durations = [Int](repeating: 0, count: Self.bounds.count + 1)

    package static let bounds: [Duration] = [
        1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 10_000,
        15_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000,
    ].map { .milliseconds($0) }

    package init() {}

    mutating func add(_ status: WorkflowStatus, after duration: Duration) {
        switch status {
        case .completed:
            completed += 1
            durations[Self.bounds.firstIndex { duration <= $0 } ?? Self.bounds.count] += 1
        case .failed: failed += 1
        case .cancelled: cancelled += 1
        default: break
        }
    }

    package static func + (left: FinishedWorkflows, right: FinishedWorkflows) -> FinishedWorkflows {
        var sum = left
        sum.completed += right.completed
        sum.failed += right.failed
        sum.cancelled += right.cancelled
        for index in sum.durations.indices { sum.durations[index] += right.durations[index] }
        return sum
    }

    // MARK: As it is stored

    var text: String { ([completed, failed, cancelled] + durations).map(String.init).joined(separator: " ") }

    /// Nothing has ended as far as other versions of this program tell.
    init(stored text: String) {
        self.init()
        let numbers = text.split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 3 + durations.count else { return }
        (completed, failed, cancelled) = (numbers[0], numbers[1], numbers[2])
        durations = Array(numbers[3...])
    }
}
