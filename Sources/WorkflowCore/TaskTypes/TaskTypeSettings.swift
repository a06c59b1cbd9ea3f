package import JSON

/// What an operator has set for all tasks of a type: whether and how fast they are given to agents, whose turn it is,
/// and what holds for steps that do not say it themselves.
package struct TaskTypeSettings: Hashable, Sendable {
    /// Nothing is given to agents; what they have they may finish.
    package var isPaused = false
    /// How many tasks agents may have at once, all together.
    package var maximumConcurrency: Int?
    package var rate: RateLimit?
    /// Tasks with different keys take turns.
    package var fairness: TaskKey?
    /// Who is offered a task first; steps may say it themselves.
    package var dispatch: DispatchRule?
    package var defaults = StepDefaults()

    package static let concurrencyRange = 1...1_000_000

    package init() {}

    /// Whether tasks have to be told apart.
    package var hasKeys: Bool { fairness != nil || rate?.key != nil }

    /// Where a task waits among those of its type; `nil` if these are not told apart.
    package func lane(of dispatch: TaskDispatch, in workflow: Workflow) -> TaskLane? {
        guard hasKeys else { return nil }
        let group = fairness?.value(of: dispatch, in: workflow)
        let quota = rate?.key.flatMap { key in
            key == fairness ? group : key.value(of: dispatch, in: workflow)
        }
        return TaskLane(group: group, quota: quota)
    }
}

extension TaskTypeSettings {
    /// Reads `{"paused", "max_concurrency", "rate", "fairness", "dispatch", "retry", "timeout", "queue_timeout"}`.
    package init(reading reader: inout JSONObjectReader, problems: inout JSONProblems) {
        isPaused = reader.optional(bool: "paused", problems: &problems) ?? false
        maximumConcurrency = reader.optional(
            integer: "max_concurrency", in: Self.concurrencyRange, problems: &problems)
        rate = reader.optional("rate").flatMap {
            RateLimit($0, at: reader.pointer("rate"), problems: &problems)
        }
        if let node = reader.optional("fairness") {
            let pointer = reader.pointer("fairness")
            if var fields = JSONObjectReader(node, at: pointer, problems: &problems) {
                fairness = TaskKey.required(&fields, problems: &problems)
                fields.finish(problems: &problems)
            }
        }
        dispatch = reader.optional("dispatch").flatMap {
            DispatchRule($0, at: reader.pointer("dispatch"), problems: &problems)
        }
        defaults = StepDefaults(reading: &reader, problems: &problems)
    }

    /// Reads what `json` wrote.
    package init?(stored text: JSONText) {
        var problems = JSONProblems()
        guard var reader = JSONObjectReader(JSONNode(text), at: "", problems: &problems) else { return nil }
        self.init(reading: &reader, problems: &problems)
        guard problems.list.isEmpty else { return nil }
    }

    /// As it is stored and shown: what is not set is not there.
    package var json: JSONText {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("paused", isPaused)
            if let maximumConcurrency { writer.field("max_concurrency", maximumConcurrency) }
            if let rate {
                writer.name("rate")
                writer.object { rate.write(to: &$0) }
            }
            if let fairness {
                writer.name("fairness")
                writer.object { $0.field("key", fairness.source) }
            }
            if let dispatch {
                writer.name("dispatch")
                writer.object { dispatch.write(to: &$0) }
            }
            defaults.write(to: &writer)
        }
        return writer.text
    }
}
