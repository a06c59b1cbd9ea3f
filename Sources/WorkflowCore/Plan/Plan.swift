import JSON

/// The steps of one workflow as its client wrote them, checked and compiled once, when the workflow is accepted.
package struct Plan: Sendable {
    package let name: String
    package let steps: [Step]
    /// What the workflow gives when every step has ended; `nil` gives every completed step's result by its id.
    package let output: Template?
    /// The time from start after which the workflow fails.
    package let deadline: Duration?
    package let labels: [String: String]

    /// Step ids to their place in `steps`.
    package let ordinals: [String: Int]
    /// For each step the steps that come directly after it.
    let dependents: [[Int]]

    init(name: String, steps: [Step], output: Template?, deadline: Duration?, labels: [String: String]) {
        self.name = name
        self.steps = steps
        self.output = output
        self.deadline = deadline
        self.labels = labels
        ordinals = Dictionary(steps.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var dependents = [[Int]](repeating: [], count: steps.count)
        for (ordinal, step) in steps.enumerated() {
            for dependency in step.after { dependents[dependency].append(ordinal) }
        }
        self.dependents = dependents
    }
}
