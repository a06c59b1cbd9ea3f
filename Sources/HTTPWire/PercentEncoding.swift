/// Percent-encoded text in targets (RFC 3986 2.1), whose bytes are UTF-8 once decoded.
package enum PercentEncoding {
    /// The decoded text.
    package static func decode(
        _ text: Substring, plusIsSpace: Bool = false
    ) throws(PercentEncodingError) -> String {
        let special: (UInt8) -> Bool = { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") }
        guard text.utf8.contains(where: special) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                    throw .malformedEscape(in: String(text))
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(.space)
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(in: String(text)) }
        return decoded
    }

    /// The text as it may stand in a path segment or a query: all but unreserved characters is escaped
    /// (RFC 3986 2.3).
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Text that cannot be decoded; each case has the text as it was sent.
package enum PercentEncodingError: Error, Hashable, CustomStringConvertible {
    case malformedEscape(in: String)
    case notUTF8(in: String)

    package var description: String {
        switch self {
        case .malformedEscape(let text): "In '\(text)' a '%' is not followed by two hexadecimal digits."
        case .notUTF8(let text): "'\(text)' is not UTF-8 once it is decoded."
        }
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
