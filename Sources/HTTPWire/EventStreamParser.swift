/// Reads server-sent events out of the bytes of a body, however these were cut
/// (html.spec.whatwg.org, 9.2.6 "Interpreting an event stream").
package struct EventStreamParser: Sendable {
    package struct Message: Hashable, Sendable {
        package var type: String
        package var data: String
        /// The id that the stream named last.
        package var id: String
    }

    private var line: [UInt8] = []
    private var isAfterReturn = false
    private var isAtStart = true
    private var type = ""
    private var data: String?
    private var id = ""

    package init() {}

    /// The messages that are complete with these bytes.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [Message] {
        var messages: [Message] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where isAfterReturn: isAfterReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                isAfterReturn = byte == UInt8(ascii: "\r")
                if let message = endLine() { messages.append(message) }
            default:
                isAfterReturn = false
                line.append(byte)
            }
        }
        return messages
    }

    private mutating func endLine() -> Message? {
        if isAtStart, line.starts(with: Self.byteOrderMark) { line.removeFirst(Self.byteOrderMark.count) }
        isAtStart = false
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endMessage() }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line.dropFirst(name.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        let text = String(decoding: value, as: UTF8.self)
        switch String(decoding: name, as: UTF8.self) {
        case "event": type = text
        case "data": data = data.map { "\($0)\n\(text)" } ?? text
        case "id" where !value.contains(0): id = text
        default: break
        }
        return nil
    }

    private mutating func endMessage() -> Message? {
        defer { (type, data) = ("", nil) }
        return data.map { Message(type: type.isEmpty ? "message" : type, data: $0, id: id) }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
