import JSON

/// When an attempt is taken to be stuck, and what becomes of it then.
package struct StuckPolicy: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable, CaseIterable {
        /// It is recorded and shown; the attempt goes on.
        case warn
        /// The attempt has failed, and the next one is made.
        case retry
        /// The attempt has failed, and a person is asked.
        case escalate
    }

    package var action = Action.warn
    /// So many heartbeats or reports in a row with the same fingerprint.
    package var afterHeartbeats: Int?
    /// So many reports in a row of the same tool call.
    package var sameToolCalls: Int?
    /// What the attempt may cost, by unit, until it reports something new.
    package var usage: [String: Double] = [:]

    static let countRange = 2...10_000
    static let maximumUnits = 16

    package init() {}

    /// Reads `on_stuck` and `stuck`; `nil` if the step has neither.
    init?(reading fields: inout StepFields) {
        let action = fields.reader.optional(enumerated: "on_stuck", as: Action.self, problems: &fields.problems)
        let node = fields.reader.optional(object: "stuck", problems: &fields.problems)
        guard action != nil || node != nil else { return nil }
        self.action = action ?? .warn
        guard let node else {
            // A minute at the usual interval.
            afterHeartbeats = 12
            sameToolCalls = 8
            return
        }
        let pointer = "\(fields.pointer)/stuck"
        guard var reader = JSONObjectReader(node, at: pointer, problems: &fields.problems) else { return }
        afterHeartbeats = reader.optional(
            integer: "after_heartbeats", in: Self.countRange, problems: &fields.problems)
        sameToolCalls = reader.optional(integer: "same_tool_calls", in: Self.countRange, problems: &fields.problems)
        readUsage(&reader, problems: &fields.problems)
        reader.finish(problems: &fields.problems)
        if node.members.isEmpty {
            fields.problems.add(
                pointer, "it says when an attempt is stuck: 'after_heartbeats', 'same_tool_calls' or 'usage'")
        }
    }

    private mutating func readUsage(_ reader: inout JSONObjectReader, problems: inout JSONProblems) {
        guard let node = reader.optional(object: "usage", problems: &problems) else { return }
        let pointer = reader.pointer("usage")
        if !(1...Self.maximumUnits).contains(node.members.count) {
            problems.add(pointer, "expected 1 to \(Self.maximumUnits) units, found \(node.members.count)")
            return
        }
        for (unit, value) in node.members {
            let place = "\(pointer)/\(JSONPointer.escaped(unit))"
            if !Identifier.isValid(unit) {
                problems.add(place, "'\(unit.prefix(64))' is not a unit: \(Identifier.rule())")
            } else if let amount = value.double, amount > 0 {
                usage[unit] = amount
            } else {
                problems.add(place, "expected a number above 0")
            }
        }
    }
}
