import ASCII

/// The arguments of a command, in the bytes that go over the wire: a bulk string each
/// (redis.io/docs/reference/protocol-spec). A commit has dozens; gathered one by one first, they cost more than itself.
package struct RedisArguments: Hashable, Sendable, ExpressibleByArrayLiteral {
    private(set) var wire: [UInt8] = []
    package private(set) var count = 0

    /// `byteCount` is about how many bytes they will be.
    package init(reservingCapacity byteCount: Int = 256) {
        wire.reserveCapacity(byteCount)
    }

    package var byteCount: Int { wire.count }

    package init(_ arguments: some Sequence<RedisArgument>) {
        self.init()
        for argument in arguments { append(argument) }
    }

    package init(arrayLiteral arguments: RedisArgument...) {
        self.init(arguments)
    }

    package mutating func append(_ argument: RedisArgument) {
        wire.appendLength("$", argument.count)
        argument.append(to: &wire)
        wire.appendLineEnd()
        count += 1
    }

    package mutating func append(_ first: RedisArgument, _ second: RedisArgument) {
        append(first)
        append(second)
    }

    package mutating func append(_ first: RedisArgument, _ second: RedisArgument, _ third: RedisArgument) {
        append(first)
        append(second)
        append(third)
    }

    package static func += (arguments: inout RedisArguments, more: RedisArguments) {
        arguments.wire += more.wire
        arguments.count += more.count
    }

    package static func + (arguments: RedisArguments, more: RedisArguments) -> RedisArguments {
        var all = arguments
        all += more
        return all
    }
}

extension [UInt8] {
    /// What stands before an array or a bulk string: how much of it there is.
    mutating func appendLength(_ kind: Unicode.Scalar, _ length: Int) {
        append(UInt8(ascii: kind))
        append(decimal: length)
        appendLineEnd()
    }

    fileprivate mutating func appendLineEnd() {
        append(UInt8(ascii: "\r"))
        append(UInt8(ascii: "\n"))
    }
}
