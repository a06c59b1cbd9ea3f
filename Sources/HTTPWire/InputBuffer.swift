/// The bytes that came and are not yet understood. Every byte is looked at once for a line's end, however the bytes
/// were split on their way.
struct InputBuffer: Sendable {
    private(set) var bytes: [UInt8] = []
    /// What stands before is done with.
    private var start = 0
    /// There is no line end between `start` and here.
    private var searched = 0

    /// Consumed bytes beyond this are dropped when more come, so that a long pipeline does not grow the buffer.
    private static let slack = 16 * 1024

    var count: Int { bytes.count - start }
    var isEmpty: Bool { start == bytes.count }

    mutating func append(_ more: [UInt8]) {
        if isEmpty {
            bytes = more
            (start, searched) = (0, 0)
        } else {
            if start > Self.slack {
                bytes.removeFirst(start)
                searched -= start
                start = 0
            }
            bytes += more
        }
    }

    /// The next line without its CRLF; `nil` if its end has not come yet. The error is thrown as soon as the line is
    /// known to be longer than `limit`.
    mutating func line(limit: Int, _ error: @autoclosure () -> MessageError) throws(MessageError) -> Range<Int>? {
        guard let end = lineFeed() else {
            // The CR of a line that is just as long as allowed may be there already.
            if count > limit &+ 1 { throw error() }
            return nil
        }
        guard end > start, bytes[end - 1] == .carriageReturn else { throw .bareLineFeed }
        let line = start..<end - 1
        if line.count > limit { throw error() }
        start = end + 1
        searched = start
        return line
    }

    private mutating func lineFeed() -> Int? {
        let from = searched
        searched = bytes.count
        let span = bytes.span
        for index in from..<span.count where span[index] == .lineFeed { return index }
        return nil
    }

    /// Skips one CRLF if it stands next; `nil` if that cannot be told yet.
    mutating func skipLineEnd() -> Bool? {
        guard !isEmpty else { return nil }
        guard bytes[start] == .carriageReturn else { return false }
        guard count > 1 else { return nil }
        guard bytes[start + 1] == .lineFeed else { return false }
        start += 2
        searched = start
        return true
    }

    /// Moves at most `limit` bytes to the end of `body`.
    mutating func move(atMost limit: Int, to body: inout [UInt8]) -> Int {
        let amount = min(limit, count)
        if body.isEmpty, amount == bytes.count {
            body = bytes
        } else {
            body += bytes[start..<start + amount]
        }
        start += amount
        searched = start
        return amount
    }
}
