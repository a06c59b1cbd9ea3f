package import JSON

/// What holds for steps of a type that do not say it themselves.
package struct StepDefaults: Hashable, Sendable {
    /// Fields of a step and their values, as a plan has them.
    private var fields: [String: JSONText] = [:]

    private static let names = ["timeout", "queue_timeout", "retry"]

    package init() {}

    package var isEmpty: Bool { fields.isEmpty }

    /// Reads the fields as a step of a plan has them.
    init(reading reader: inout JSONObjectReader, problems: inout JSONProblems) {
        var fields = StepFields(reader: reader, problems: problems, pointer: "", limits: PlanLimits())
        for name in Self.names { self.fields[name] = fields.reader.optional(name).map { JSONText($0.value) } }
        _ = fields.positiveDuration("timeout")
        _ = fields.positiveDuration("queue_timeout")
        _ = RetryPolicy(reading: &fields)
        (reader, problems) = (fields.reader, fields.problems)
    }

    func write(to writer: inout JSONWriter) {
        for name in Self.names {
            if let value = fields[name] { writer.field(name, raw: value) }
        }
    }

    /// What a step does not say itself.
    fileprivate func missing(in step: JSONNode) -> [(name: String, value: JSONText)] {
        Self.names.compactMap { name in
            guard let value = fields[name], step.member(name) == nil else { return nil }
            return (name, value)
        }
    }
}

extension Plan {
    /// A plan's text in which every step says what it would otherwise have from its task type; the same text if there
    /// is nothing to add. What is wrong with it is left for its reader to tell, at the same places.
    package static func filled(_ text: JSONText, with defaults: (String) -> StepDefaults?) -> JSONText {
        let plan = JSONNode(text)
        guard let steps = plan.member("steps")?.elements else { return text }
        let missing = steps.map { step in
            step.member(TaskStep.key)?.string.flatMap(defaults)?.missing(in: step) ?? []
        }
        guard missing.contains(where: { !$0.isEmpty }) else { return text }
        var writer = JSONWriter(reservingCapacity: text.bytes.count + 64 * steps.count)
        writer.object { writer in
            for (name, value) in plan.members {
                guard name == "steps" else {
                    writer.field(name, raw: value.text)
                    continue
                }
                writer.name(name)
                writer.array(zip(steps, missing)) { writer, element in
                    let (step, missing) = element
                    guard !missing.isEmpty else { return writer.raw(step.text) }
                    writer.object { writer in
                        for (name, value) in step.members { writer.field(name, raw: value.text) }
                        for (name, value) in missing { writer.field(name, raw: value) }
                    }
                }
            }
        }
        return writer.text
    }
}
