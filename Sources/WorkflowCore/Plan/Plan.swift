import JSON

/// The steps of one workflow as its client wrote them, checked and compiled once, when the workflow is accepted; those
/// of an external one when they are added.
package struct Plan: Sendable {
    package let name: String
    package private(set) var steps: [Step]
    /// What the workflow gives when every step has ended; `nil` gives every completed step's result by its id.
    package let output: Template?
    /// The time from start after which the workflow fails.
    package let deadline: Duration?
    package let labels: [String: String]
    /// A program of somebody else coordinates: it adds steps, and says when the workflow ends.
    package let isExternal: Bool
    /// The bytes of the definitions of added steps.
    private(set) var addedBytes = 0

    /// Step ids to their place in `steps`.
    package private(set) var ordinals: [String: Int]
    /// For each step the steps that come directly after it.
    private(set) var dependents: [[Int]]

    init(
        name: String, steps: [Step], output: Template?, deadline: Duration?, labels: [String: String],
        isExternal: Bool = false
    ) {
        self.name = name
        self.steps = steps
        self.output = output
        self.deadline = deadline
        self.labels = labels
        self.isExternal = isExternal
        ordinals = Dictionary(steps.enumerated().map { ($1.id, $0) }) { first, _ in first }
        var dependents = [[Int]](repeating: [], count: steps.count)
        for (ordinal, step) in steps.enumerated() {
            for dependency in step.after { dependents[dependency].append(ordinal) }
        }
        self.dependents = dependents
    }

    /// Adds a step at the end, which comes after others that are there.
    mutating func append(_ step: Step) {
        let ordinal = steps.count
        steps.append(step)
        ordinals[step.id] = ordinal
        dependents.append([])
        for dependency in step.after { dependents[dependency].append(ordinal) }
        addedBytes += step.source?.bytes.count ?? 0
    }
}
