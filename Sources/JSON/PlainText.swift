/// What a JSON string holds as it is: ASCII without quotes, backslashes and control characters, an id or a time.
///
/// Most strings of an answer are of this kind, and need no text of their own on their way into it.
package protocol PlainText: CustomStringConvertible {
    func append(to bytes: inout [UInt8])
}

extension PlainText {
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64)
        append(to: &bytes)
        return bytes
    }

    /// For their descriptions.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
