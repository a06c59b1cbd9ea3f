import GanglionClient
import JSON

/// A place in a JSON file, found by its pointer, for whoever has to mend it.
struct SourcePlace: Hashable {
    /// From 1.
    let line: Int
    /// From 1, in characters.
    let column: Int
    /// The line, and how many of its characters are meant.
    let text: String
    let length: Int

    /// The value that a pointer names (RFC 6901); of one that is not there, the innermost that should have it.
    init(of pointer: String, in document: JSONDocument) {
        var element = document.root
        for token in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = token.replacing("~1", with: "/").replacing("~0", with: "~")
            let place = element.elements.isEmpty ? nil : Int(name)
            let member = if let place { element[place] } else { element[String(name)] }
            guard member.exists else { break }
            element = member
        }
        self.init(at: element.offset ?? 0, length: element.document?.bytes.count ?? 1, in: document.bytes)
    }

    /// What stands from this byte on.
    init(at offset: Int, length: Int, in bytes: [UInt8]) {
        let offset = min(max(offset, 0), bytes.count)
        let newline = UInt8(ascii: "\n")
        let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
        line = bytes[..<offset].count { $0 == newline } + 1
        let before = String(decoding: bytes[start..<offset], as: UTF8.self)
        column = before.count + 1
        text = String(decoding: bytes[start..<end], as: UTF8.self)
        self.length = max(
            1, String(decoding: bytes[offset..<max(offset, min(end, offset + length))], as: UTF8.self).count)
    }

    private static let longest = 100
    private static let context = 40

    /// The line with its number, and below it what is meant. Of a long line, the part around it.
    func lines() -> [String] {
        let number = "\(line)"
        let margin = String(repeating: " ", count: number.count)
        var shown = Array(text).map { $0 == "\t" || $0.unicodeScalars.contains { $0.isTerminalControl } ? " " : $0 }
        var first = column - 1
        if shown.count > Self.longest {
            let start = max(0, first - Self.context)
            shown = Array(shown[start...].prefix(Self.longest))
            first -= start
        }
        let marked = max(1, min(length, shown.count - first))
        let space = String(shown.prefix(first).map { $0.width == 2 ? "  " : " " }.joined())
        return [
            "  \(number) │ \(String(shown))",
            "  \(margin) │ \(space)\(String(repeating: "^", count: marked))",
        ]
    }
}
