/// How much of a message is read before it is refused. Sizes are in bytes.
package struct MessageLimits: Hashable, Sendable {
    /// The request line or status line, without its line end.
    package var startLine = 8 * 1024
    /// The header section, line ends included; the trailer section and all chunk extensions have as much again.
    package var headerSection = 32 * 1024
    /// Fields in the header section, and in the trailer section.
    package var fieldCount = 100
    /// The body, after its transfer coding is taken off.
    package var body = 1024 * 1024

    package init() {}
}
