/// A request's path as a URI reference (RFC 3986 4.1): a client may send bytes there that no URI has.
enum URIReference {
    static func text(of path: String) -> String {
        let bytes = Array(path.utf8)
        let isWhole = bytes.indices.allSatisfy { isAllowed(bytes, at: $0) }
        if isWhole { return path }
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if isAllowed(bytes, at: index) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isAllowed(_ bytes: [UInt8], at index: Int) -> Bool {
        let byte = bytes[index]
        if byte == UInt8(ascii: "%") {
            let digits = bytes[(index + 1)...].prefix(2)
            return digits.count == 2 && digits.allSatisfy(isHexadecimalDigit)
        }
        return (0x21...0x7E).contains(byte) && !outside.contains(byte)
    }

    /// The visible characters that are neither reserved nor unreserved (RFC 3986 2).
    private static let outside = Set("\"<>\\^`{|}#".utf8)

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
