import ASCII

/// One argument of a command: any bytes.
///
/// It holds what it was made of: an array of its own for each word, number and text would double what a commit
/// allocates.
package struct RedisArgument: Hashable, Sendable, ExpressibleByStringLiteral {
    private let form: Form

    private enum Form: Hashable {
        case bytes([UInt8])
        case text(String)
        case integer(Int64)
    }

    package init(_ bytes: [UInt8]) {
        form = .bytes(bytes)
    }

    package init(_ text: String) {
        form = .text(text)
    }

    package init(_ integer: Int) {
        form = .integer(Int64(integer))
    }

    package init(_ integer: Int64) {
        form = .integer(integer)
    }

    package init(_ integer: UInt64) {
        form = .text(String(integer))
    }

    package init(stringLiteral text: String) {
        form = .text(text)
    }

    var count: Int {
        switch form {
        case .bytes(let bytes): bytes.count
        case .text(let text): text.utf8.count
        case .integer(let integer): [UInt8].digits(of: integer.magnitude) + (integer < 0 ? 1 : 0)
        }
    }

    func append(to wire: inout [UInt8]) {
        switch form {
        case .bytes(let bytes): wire += bytes
        case .text(let text): wire += text.utf8
        case .integer(let integer): wire.append(decimal: integer)
        }
    }
}
