/// A command with its arguments.
package struct RedisCommand: Hashable, Sendable {
    package let arguments: [RedisArgument]
    /// Whether running it twice does no harm, so that it may be sent again when a connection broke before its answer.
    package let isResendable: Bool

    package init(_ arguments: [RedisArgument], isResendable: Bool = false) {
        self.arguments = arguments
        self.isResendable = isResendable
    }

    /// For commands that only read.
    package static func read(_ arguments: RedisArgument...) -> RedisCommand {
        RedisCommand(arguments, isResendable: true)
    }
}
