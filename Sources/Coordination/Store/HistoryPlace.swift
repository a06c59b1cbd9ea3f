import ASCII
import JSON
import WorkflowCore

/// Where an event stands in a history: in which entry of the stream, which holds the events of one commit, and after
/// how many others of that.
package struct HistoryPlace: Hashable, Comparable, Sendable, PlainText {
    let entry: StreamPlace
    let index: Int

    init(entry: StreamPlace, index: Int) {
        self.entry = entry
        self.index = index
    }

    /// Reads `<milliseconds>-<sequence>.<index>`.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let entry = StreamPlace(parts[0]), let index = Int(parts[1]), index >= 0 else {
            return nil
        }
        self.init(entry: entry, index: index)
    }

    package static func < (left: HistoryPlace, right: HistoryPlace) -> Bool {
        (left.entry, left.index) < (right.entry, right.index)
    }

    /// This place, or a later one of the time if it lies behind that, where nothing has happened yet.
    func reached(by now: Instant) -> HistoryPlace {
        guard entry.milliseconds > now.milliseconds else { return self }
        return HistoryPlace(entry: StreamPlace(milliseconds: now.milliseconds, sequence: 0), index: 0)
    }

    package var description: String { text }

    package func append(to bytes: inout [UInt8]) {
        entry.append(to: &bytes)
        bytes.append(UInt8(ascii: "."))
        bytes.append(decimal: index)
    }
}
