import TestKit
import WorkflowCore

/// Plans drawn from a seed: up to eight steps, with every kind of policy, condition and expression that can fail.
struct RandomPlan {
    static func text(_ generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 1...8, using: &generator)
        let steps = (0..<count).map { step($0, &generator) }.joined(separator: ", ")
        return PlanText.with(steps: steps, generator.once(in: 5) ? #""deadline": "90s""# : "")
    }

    static let input = #"{"yes": true, "no": false, "word": "w", "list": [1, 2]}"#

    private static func step(_ ordinal: Int, _ generator: inout SeededGenerator) -> String {
        var fields = [#""id": "s\#(ordinal)", "task_type": "t""#]
        let after = (0..<ordinal).filter { _ in generator.once(in: 3) }
        fields.append(#""after": [\#(after.map { "\"s\($0)\"" }.joined(separator: ", "))]"#)
        if generator.once(in: 3) {
            let earlier = after.first.map { "steps.s\($0).status == 'completed'" } ?? "input.yes"
            let conditions = [earlier, "input.no", "abs(input.word)", "!input.list"]
            fields.append(#""when": "\#(conditions.randomElement(using: &generator) ?? earlier)""#)
        }
        if generator.once(in: 2) {
            let earlier = after.last.map { "${steps.s\($0).result}" } ?? "${input}"
            let payloads = [earlier, "of ${input.list}", "${abs(input.word)}"]
            fields.append(#""payload": "\#(payloads.randomElement(using: &generator) ?? earlier)""#)
        }
        if generator.once(in: 2) {
            let attempts = Int.random(in: 1...3, using: &generator)
            let backoff = ["0ms", "1s", "10s"].randomElement(using: &generator) ?? "1s"
            fields.append(#""retry": {"max_attempts": \#(attempts), "initial_backoff": "\#(backoff)"}"#)
        }
        let policy = ["escalate", "fail", "skip"].randomElement(using: &generator) ?? "skip"
        if generator.once(in: 2) { fields.append(#""on_exhausted": "\#(policy)""#) }
        if generator.once(in: 2) { fields.append(#""timeout": "5s", "queue_timeout": "20s""#) }
        return "{\(fields.joined(separator: ", "))}"
    }
}
