package import JSON

/// How the program that coordinates an external workflow ends it.
package enum WorkflowEnd: Hashable, Sendable {
    /// With this output; without one, with what the plan's `output` gives, or every step's result by its id.
    case completed(output: JSONText?)
    case failed(Failure)
}
