import JSON

/// A step whose work was done by the program that coordinates the workflow: it is added with its result, and has ended.
/// Its definition is stored without that; a result is stored once.
struct RecordedStep: StepBehavior {
    static let key = "result"

    /// `nil` of one that was stored: it has been started.
    let result: JSONText?

    var taskType: String? { nil }
    var requires: Constraints { Constraints() }
    var expressions: [LocatedExpression] { [] }

    init(reading fields: inout StepFields) {
        result = fields.reader.optional(Self.key)?.text
    }

    init() {
        result = nil
    }

    func start(_ step: Int, of workflow: inout Workflow, at now: Instant) {
        workflow.complete(step, result: result ?? .null, attempt: nil, agent: nil, by: nil, at: now)
    }

    func goOn(_ step: Int, of workflow: inout Workflow, at now: Instant) {}

    func apply(_ event: StepEvent, to step: Int, of workflow: inout Workflow, at now: Instant) -> Outcome {
        .refused(.unknownTask)
    }

    func deadlinePassed(for step: Int, of workflow: inout Workflow, at now: Instant) {}
}
