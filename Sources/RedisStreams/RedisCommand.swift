/// A command with its arguments.
package struct RedisCommand: Hashable, Sendable {
    package let arguments: RedisArguments
    /// Whether running it twice does no harm, so that it may be sent again when a connection broke before its answer.
    package let isResendable: Bool

    package init(_ arguments: RedisArguments, isResendable: Bool = false) {
        self.arguments = arguments
        self.isResendable = isResendable
    }

    /// For commands that only read.
    package static func read(_ arguments: RedisArgument...) -> RedisCommand {
        RedisCommand(RedisArguments(arguments), isResendable: true)
    }

    /// As it goes over the wire: an array of its arguments. Written by us and not by hiredis, whose formatter goes
    /// through printf and three copies.
    var wireFormat: [UInt8] {
        var wire: [UInt8] = []
        wire.reserveCapacity(arguments.wire.count + 16)
        wire.appendLength("*", arguments.count)
        wire += arguments.wire
        return wire
    }
}
