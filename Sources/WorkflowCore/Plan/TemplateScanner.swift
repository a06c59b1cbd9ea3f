/// Finds where the JMESPath inside `${…}` ends: at the first `}` that closes no brace of its own and stands in none
/// of JMESPath's quotes ('raw string', "identifier", `literal`), where a backslash escapes the next byte.
enum TemplateScanner {
    static func endOfExpression(in bytes: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var quote: UInt8?
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if let open = quote {
                if byte == UInt8(ascii: "\\") { index += 1 }
                if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quote = byte
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}") where depth == 0: return index
                case UInt8(ascii: "}"): depth -= 1
                default: break
                }
            }
            index += 1
        }
        return nil
    }
}
