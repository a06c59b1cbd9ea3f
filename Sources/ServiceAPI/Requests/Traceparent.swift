/// The header field of W3C Trace Context (w3.org/TR/trace-context, 3.2.2): version, trace id, parent id, flags.
enum Traceparent {
    static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16, parts[3].count == 2
        else { return false }
        let isHexadecimal = parts.prefix(4).allSatisfy { $0.allSatisfy(isHexadecimalDigit) }
        // Only later versions may have more parts; ff is no version, and ids of zeros are none.
        let isOfVersionZero = parts[0].allSatisfy { $0 == UInt8(ascii: "0") }
        let hasIDs = [parts[1], parts[2]].allSatisfy { $0.contains { $0 != UInt8(ascii: "0") } }
        return isHexadecimal && hasIDs && (!isOfVersionZero || parts.count == 4) && !parts[0].elementsEqual("ff".utf8)
            && text.utf8.count <= 256
    }

    private static func isHexadecimalDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
