import JSON

/// What a step's escalations begin with, as the plan says: `"escalation": {"quorum", "assignee"}`.
package struct EscalationRules: Hashable, Sendable {
    package var quorum = 1
    package var assignee: String?

    static let field = "escalation"

    init(reading fields: inout StepFields) {
        guard let node = fields.reader.optional(object: Self.field, problems: &fields.problems) else { return }
        let pointer = "\(fields.pointer)/\(Self.field)"
        guard var reader = JSONObjectReader(node, at: pointer, problems: &fields.problems) else { return }
        let range = Handling.quorumRange
        quorum = reader.optional(integer: "quorum", in: range, problems: &fields.problems) ?? 1
        assignee = reader.optional(string: "assignee", length: Handling.nameRange, problems: &fields.problems)
        reader.finish(problems: &fields.problems)
    }

    var handling: Handling {
        var handling = Handling()
        handling.quorum = quorum
        handling.assignee = assignee
        return handling
    }
}
