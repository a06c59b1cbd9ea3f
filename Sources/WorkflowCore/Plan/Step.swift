import JMESPath

/// A node of the plan: what it comes after, whether it runs, and what kind of work it is.
package struct Step: Sendable {
    package let id: String
    /// The places in the plan of the steps that must have ended first.
    package let after: [Int]
    /// The step is skipped when this gives a JMESPath false value: false, null, or something empty.
    let when: Expression?
    package let behavior: any StepBehavior
}
