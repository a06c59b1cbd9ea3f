/// Why bytes are not acceptable JSON, and where.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// Bytes before the offending one.
    package let offset: Int
    /// The value in which it stands (RFC 6901); empty for the document itself.
    package let pointer: String
    package let reason: String

    package var description: String { "\(reason) (at byte \(offset))" }
}
