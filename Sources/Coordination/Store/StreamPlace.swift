import ASCII
import JSON

/// Where an entry stands in its stream, as Redis numbers them: by the time of their writing, and counted within a
/// millisecond (redis.io/docs/data-types/streams, "Entry IDs").
package struct StreamPlace: Hashable, Comparable, Sendable, PlainText {
    let milliseconds: Int64
    let sequence: Int64

    init(milliseconds: Int64, sequence: Int64) {
        self.milliseconds = milliseconds
        self.sequence = sequence
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 2, let milliseconds = parts[0], let sequence = parts[1], milliseconds >= 0, sequence >= 0
        else { return nil }
        self.init(milliseconds: milliseconds, sequence: sequence)
    }

    /// Before all entries.
    package static let beginning = StreamPlace(milliseconds: 0, sequence: 0)

    package static func < (left: StreamPlace, right: StreamPlace) -> Bool {
        (left.milliseconds, left.sequence) < (right.milliseconds, right.sequence)
    }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        bytes.append(decimal: milliseconds)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(decimal: sequence)
    }
}
