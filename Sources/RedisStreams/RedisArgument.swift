/// One argument of a command: any bytes.
package struct RedisArgument: Hashable, Sendable, ExpressibleByStringLiteral {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    package init(_ integer: some FixedWidthInteger) {
        bytes = Array(String(integer).utf8)
    }

    package init(stringLiteral text: String) {
        self.init(text)
    }
}
