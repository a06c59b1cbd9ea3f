/// How much work one evaluation may do and how much it may produce.
package struct EvaluationLimits: Sendable, Hashable {
    package static let `default` = EvaluationLimits()

    /// Evaluated parts of the expression, visited values and compared text together.
    package let maximumSteps: Int
    /// The size as JSON of all that the evaluation builds, intermediate values included.
    package let maximumBytes: Int
    /// How deep the arrays and objects that it builds may be nested.
    package let maximumDepth: Int

    package init(maximumSteps: Int = 2_000_000, maximumBytes: Int = 32 << 20, maximumDepth: Int = 128) {
        self.maximumSteps = maximumSteps
        self.maximumBytes = maximumBytes
        // Values are walked recursively, so that no setting may ask for more than every stack holds.
        self.maximumDepth = min(maximumDepth, 512)
    }
}
