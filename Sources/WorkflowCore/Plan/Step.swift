import JMESPath
import JSON

/// A node of the plan: what it comes after, whether it runs, and what kind of work it is.
package struct Step: Sendable {
    package let id: String
    /// The places in the plan of the steps that must have ended first.
    package let after: [Int]
    /// The step is skipped when this gives a JMESPath false value: false, null, or something empty.
    let when: Expression?
    package let behavior: any StepBehavior
    /// As it was written, in external workflows: a step that is added once more has to be the same.
    var source: JSONText?
}
