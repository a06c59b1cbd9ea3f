/// Where an entry stands in its history, as Redis numbers a stream's entries: by the time of their writing, and counted
/// within a millisecond (redis.io/docs/data-types/streams, "Entry IDs").
struct HistoryPlace: Hashable, Comparable, CustomStringConvertible {
    let milliseconds: Int64
    let sequence: Int64

    init(milliseconds: Int64, sequence: Int64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2, let milliseconds = parts[0], let sequence = parts[1], milliseconds >= 0, sequence >= 0
        else { return nil }
        self.init(milliseconds: milliseconds, sequence: sequence)
    }

    static func < (left: HistoryPlace, right: HistoryPlace) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }

    var description: String { "\(milliseconds)-\(sequence)" }
}
