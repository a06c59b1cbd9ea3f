/// JSON known to be valid, as the bytes it came in: payloads and results are moved in this form, never encoded anew.
package struct JSONText: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    package static let null = JSONText(unchecked: Array("null".utf8))

    /// Checks bytes from outside (RFC 8259, with the stricter rules that `JSONValidator` names).
    package init(validating bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        var validator = JSONValidator(bytes, limits: limits)
        try validator.validate()
        self.bytes = bytes
    }

    /// For bytes that this process wrote or checked before.
    package init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ value: JSONValue) {
        var writer = JSONWriter()
        writer.value(value)
        bytes = writer.bytes
    }

    package var string: String { String(decoding: bytes, as: UTF8.self) }
    package var description: String { string }
}
