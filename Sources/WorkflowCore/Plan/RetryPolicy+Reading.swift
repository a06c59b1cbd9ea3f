import JSON

/// Reads `"retry": {"max_attempts", "initial_backoff", "factor", "max_backoff"}`.
extension RetryPolicy {
    init(reading fields: inout StepFields) {
        self.init()
        guard let node = fields.reader.optional(object: "retry", problems: &fields.problems) else { return }
        let pointer = "\(fields.pointer)/retry"
        guard var reader = JSONObjectReader(node, at: pointer, problems: &fields.problems) else { return }
        let (attempts, factors) = (Self.attemptsRange, Self.factorRange)
        if let count = reader.optional(integer: "max_attempts", in: attempts, problems: &fields.problems) {
            maximumAttempts = count
        }
        if let backoff = reader.optionalDuration("initial_backoff", problems: &fields.problems) {
            initialBackoff = backoff
        }
        if let number = reader.optional(number: "factor", in: factors, problems: &fields.problems) { factor = number }
        if let backoff = reader.optionalDuration("max_backoff", problems: &fields.problems) { maximumBackoff = backoff }
        reader.finish(problems: &fields.problems)
    }
}

extension StepFields {
    mutating func positiveDuration(_ name: String) -> Duration? {
        guard let duration = reader.optionalDuration(name, problems: &problems) else { return nil }
        if duration > .zero { return duration }
        problems.add("\(pointer)/\(name)", "a timeout is longer than 0")
        return nil
    }
}
