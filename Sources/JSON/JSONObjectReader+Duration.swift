/// Durations in the objects that are read.
extension JSONObjectReader {
    /// A duration as the plan language writes it.
    package mutating func duration(
        _ name: String, isPositive: Bool = false, problems: inout JSONProblems
    ) -> Duration? {
        guard let text = optional(string: name, problems: &problems) else { return nil }
        guard let duration = Duration(text: text) else {
            problems.add(pointer(name), "'\(text.prefix(32))' is not a duration: \(Duration.textForm)")
            return nil
        }
        if isPositive, duration <= .zero {
            problems.add(pointer(name), "expected more than 0")
            return nil
        }
        return duration
    }
}
