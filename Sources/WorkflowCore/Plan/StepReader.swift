import JMESPath
package import JSON

/// The fields of one step's JSON object, handed to the kind that reads its own.
package struct StepFields {
    package var reader: JSONObjectReader
    package var problems: JSONProblems
    package let pointer: String
    package let limits: PlanLimits
}

/// Reads what all kinds of steps have in common, and lets the step's kind read the rest.
struct StepReader {
    /// Where its JSON stands.
    let pointer: String
    let ordinal: Int
    let names: StepNames
    let limits: PlanLimits
    var kinds = StepKinds.all

    func read(_ node: JSONNode, problems: inout JSONProblems) -> Step? {
        guard var reader = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let id = reader.required(identifier: "id", limit: limits.identifierLength, problems: &problems)
        let after = readAfter(&reader, problems: &problems)
        let when = reader.optional(string: "when", problems: &problems).flatMap {
            problems.expression($0, at: "\(pointer)/when")
        }
        var fields = StepFields(reader: reader, problems: problems, pointer: pointer, limits: limits)
        let behavior = kind(of: node, problems: &fields.problems)?.init(reading: &fields)
        if behavior != nil { fields.reader.finish(problems: &fields.problems) }
        problems = fields.problems
        guard let id, let behavior else { return nil }
        return Step(id: id, after: after, when: when, behavior: behavior)
    }

    /// A step of an external workflow whose work was done by its program.
    func readRecorded(_ node: JSONNode, problems: inout JSONProblems) -> Step? {
        guard var reader = JSONObjectReader(node, at: pointer, problems: &problems) else { return nil }
        let id = reader.required(identifier: "id", limit: limits.identifierLength, problems: &problems)
        let after = readAfter(&reader, problems: &problems)
        reader.finish(problems: &problems)
        return id.map { Step(id: $0, after: after, when: nil, behavior: RecordedStep()) }
    }

    private func kind(of node: JSONNode, problems: inout JSONProblems) -> (any StepBehavior.Type)? {
        let found = kinds.filter { node.member($0.key) != nil }
        if found.count == 1 { return found[0] }
        let keys = kinds.map { "'\($0.key)'" }.joined(separator: ", ")
        problems.add(pointer, "a step has exactly one of the fields that say its kind: \(keys)")
        return nil
    }

    private func readAfter(_ reader: inout JSONObjectReader, problems: inout JSONProblems) -> [Int] {
        var after: [Int] = []
        var seen: Set<Int> = []
        for (index, element) in (reader.optional(array: "after", problems: &problems) ?? []).enumerated() {
            let place = "\(pointer)/after/\(index)"
            guard let id = element.string else {
                problems.add(place, "expected the id of a step as a string, found \(element.kind)")
                continue
            }
            guard let dependency = names[id] else {
                problems.add(place, "no step is called '\(id)'\(Suggestion.text(for: id, among: names.all))")
                continue
            }
            if dependency == ordinal {
                problems.add(place, "a step cannot come after itself")
            } else if !seen.insert(dependency).inserted {
                problems.add(place, "'\(id)' is named twice")
            } else {
                after.append(dependency)
            }
        }
        return after
    }
}

extension JSONObjectReader {
    /// A duration of the plan language.
    mutating func optionalDuration(_ name: String, problems: inout JSONProblems) -> Duration? {
        guard let text = optional(string: name, problems: &problems) else { return nil }
        if let duration = Duration(text: text) { return duration }
        problems.add(self.pointer(name), "'\(text.prefix(32))' is not a duration: \(Duration.textForm)")
        return nil
    }

    mutating func required(identifier name: String, limit: Int, problems: inout JSONProblems) -> String? {
        guard let text = required(string: name, problems: &problems) else { return nil }
        if Identifier.isValid(text, limit: limit) { return text }
        problems.add(self.pointer(name), "'\(text.prefix(80))' is not an identifier: \(Identifier.rule(limit))")
        return nil
    }
}
