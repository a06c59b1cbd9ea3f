package import JSON

/// How much a workflow may put before its agents. Payloads are copies: ten thousand steps that look at an input of a
/// mebibyte would be ten gibibytes in one transition, and in Redis.
extension Workflow {
    /// The bytes of an output, and of all payloads together that are on queues or in open escalations.
    package static let maximumRenderedBytes = 64 << 20
    static let maximumRenderedText = "\(maximumRenderedBytes >> 20) MiB"

    /// How long the step's payload may be. The one that it had is not counted: it makes room for this one.
    func roomForPayload(of step: Int) -> Int {
        Self.maximumRenderedBytes - (openPayloads - steps[step].payloadSize)
    }

    /// What the step's agent is given, made anew; `nil` as long as that is not known, and of what has no task.
    package func payload(of step: Int) -> JSONText? {
        guard !steps[step].attempts.isEmpty, let behavior = plan.steps[step].behavior as? TaskStep else { return nil }
        var copy = self
        return try? behavior.payload(for: step, of: &copy)
    }
}
