/// The bounds that JSON from outside has to keep.
package struct JSONLimits: Sendable {
    /// How many arrays and objects may lie within each other.
    package var maximumDepth = 64
    package var maximumBytes = Int.max

    package static let `default` = JSONLimits()

    package init(maximumDepth: Int = 64, maximumBytes: Int = .max) {
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
    }
}
