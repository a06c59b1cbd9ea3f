/// A plan drawn by chance: a chain, a fan or any other graph, with every policy that a step can have.
struct RandomPlan {
    static let taskTypes = ["read", "check", "write", "send"]
    static let models = ["small", "large"]

    /// The plan with its input, as a client sends it.
    static func text(_ name: String, types: Int, isRouted: Bool, _ chance: inout Chance) -> String {
        let count = chance.within(1...7)
        let shape = chance.below(3)
        let steps = (0..<count).map { ordinal -> String in
            let after: [Int]
            switch shape {
            case 0: after = ordinal > 0 ? [ordinal - 1] : []
            case 1: after = ordinal == 0 ? [] : ordinal == count - 1 ? Array(0..<ordinal) : [0]
            default: after = (0..<ordinal).filter { _ in chance.once(in: 3) }
            }
            return step(ordinal, after: after, types: types, isRouted: isRouted, &chance)
        }
        let deadline = chance.once(in: 12) ? #""deadline": "\#(chance.within(5...40))s", "# : ""
        let input = #"{"yes": true, "no": false, "name": "\#(name)"}"#
        return #"{"name": "\#(name)", \#(deadline)"input": \#(input), "steps": [\#(steps.joined(separator: ", "))]}"#
    }

    static func step(
        _ ordinal: Int, after: [Int], types: Int, isRouted: Bool, _ chance: inout Chance
    ) -> String {
        let type = taskTypes[chance.below(types)]
        var fields = [#""id": "s\#(ordinal)", "task_type": "\#(type)""#]
        fields.append(#""after": [\#(after.map { "\"s\($0)\"" }.joined(separator: ", "))]"#)
        if chance.once(in: 5) {
            let earlier = after.first.map { "steps.s\($0).status == 'completed'" } ?? "input.yes"
            fields.append(#""when": "\#(chance.pick([earlier, "input.no", "!input.no"]))""#)
        }
        if chance.once(in: 3) {
            let earlier = after.last.map { "${steps.s\($0).result}" } ?? "${input.name}"
            fields.append(#""payload": "\#(chance.once(in: 12) ? "${abs(input.name)}" : earlier)""#)
        }
        let attempts = chance.within(1...4)
        let backoff = chance.pick(["0ms", "100ms", "700ms", "2s"])
        fields.append(
            #""retry": {"max_attempts": \#(attempts), "initial_backoff": "\#(backoff)", "max_backoff": "4s"}"#)
        fields.append(#""timeout": "\#(chance.pick(["700ms", "2s", "5s", "10m"]))""#)
        fields.append(#""queue_timeout": "\#(chance.pick(["1500ms", "6s", "20s", "1h"]))""#)
        fields.append(#""on_exhausted": "\#(chance.pick(["escalate", "escalate", "fail", "skip", "skip"]))""#)
        if chance.once(in: 3) { fields.append(#""heartbeat_timeout": "\#(chance.pick(["3s", "5s", "9s"]))""#) }
        if chance.once(in: 3) {
            fields.append(#""on_stuck": "\#(chance.pick(["warn", "retry", "escalate"]))""#)
            fields.append(#""stuck": {"after_heartbeats": \#(chance.within(2...3)), "same_tool_calls": 2}"#)
        }
        if isRouted {
            if chance.once(in: 2) { fields.append(#""requires": {"model": "\#(chance.pick(models))"}"#) }
            if chance.once(in: 4) { fields.append(#""dispatch": {"mode": "round_robin", "wait": "1s"}"#) }
        }
        if chance.once(in: 6) { fields.append(#""escalation": {"quorum": 2, "assignee": "Ada"}"#) }
        return "{\(fields.joined(separator: ", "))}"
    }
}
