/// What a kind of step does. A kind is one type in one file, and one line of `StepKinds.all`.
///
/// A behavior is a constant part of the plan; what changes is in `StepState`, and it changes it through the
/// `Workflow` that it is given, whose helpers keep counters, history and effects in line.
package protocol StepBehavior: Sendable {
    /// The plan field whose presence makes a step this kind.
    static var key: String { get }

    /// Reads the kind's own fields; problems are collected by the reader.
    init(reading fields: inout StepFields)

    /// The agent queue that the step's tasks go to, for kinds that have tasks.
    var taskType: String? { get }

    /// How long nothing may be heard of a running attempt; `nil` for any time.
    var heartbeatTimeout: Duration? { get }
    /// What an agent has to have that does the step's tasks.
    var requires: Constraints { get }

    /// Every expression with its JSON pointer below the step, so that references are checked at acceptance.
    var expressions: [LocatedExpression] { get }

    /// All that the step comes after has ended, and its `when` holds.
    func start(_ step: Int, of workflow: inout Workflow, at now: Instant)

    /// What the step asked has been answered.
    func goOn(_ step: Int, of workflow: inout Workflow, at now: Instant)

    /// Something arrived for the step.
    func apply(_ event: StepEvent, to step: Int, of workflow: inout Workflow, at now: Instant) -> Outcome

    /// `StepState.deadline` has passed.
    func deadlinePassed(for step: Int, of workflow: inout Workflow, at now: Instant)
}

extension StepBehavior {
    package var heartbeatTimeout: Duration? { nil }
}

/// The table of kinds.
enum StepKinds {
    static let all: [any StepBehavior.Type] = [TaskStep.self]
    /// Of steps that are added to an external workflow.
    static let added = all + [RecordedStep.self]
}
