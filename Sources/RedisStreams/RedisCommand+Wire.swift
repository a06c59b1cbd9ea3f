/// Commands are written by us and not by hiredis, whose formatter goes through printf and three copies.
extension RedisCommand {
    /// As it goes over the wire: an array of bulk strings (redis.io/docs/reference/protocol-spec).
    var wireFormat: [UInt8] {
        // A length has 19 digits at most, and 5 bytes stand around it.
        let size = arguments.reduce(24) { $0 + $1.count + 24 }
        var wire: [UInt8] = []
        wire.reserveCapacity(size)
        wire.appendLength("*", arguments.count)
        for argument in arguments {
            wire.appendLength("$", argument.count)
            argument.append(to: &wire)
            wire.appendLineEnd()
        }
        return wire
    }
}

extension [UInt8] {
    fileprivate mutating func appendLength(_ kind: Unicode.Scalar, _ length: Int) {
        append(UInt8(ascii: kind))
        if length < 10 { append(UInt8(ascii: "0") + UInt8(length)) } else { append(contentsOf: String(length).utf8) }
        appendLineEnd()
    }

    fileprivate mutating func appendLineEnd() {
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }
}
