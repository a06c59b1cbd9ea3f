import JSON

/// Takes a message apart: words with one space between them, then the rest.
struct MessageReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next word; empty at the end.
    mutating func word() -> String {
        let end = bytes[position...].firstIndex(of: UInt8(ascii: " ")) ?? bytes.count
        defer { position = min(end + 1, bytes.count) }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    var rest: [UInt8] { Array(bytes[position...]) }

    var json: JSONText? { try? JSONText(validating: rest) }
}
