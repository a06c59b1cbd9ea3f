import Coordination
import JSON
import WorkflowCore

/// Which escalations are meant: found by a filter, or named one by one.
extension BodyReader {
    /// The same as the parameters of the list, as fields; without one all that are open are meant.
    mutating func escalationFilter(at now: Instant) -> EscalationFilter? {
        guard let node = fields.required("filter", problems: &problems),
            var reader = JSONObjectReader(node, at: "/filter", problems: &problems)
        else { return nil }
        var filter = EscalationFilter()
        let name = Handling.nameRange
        if let text = reader.optional(string: "workflow_id", problems: &problems) {
            filter.workflow = WorkflowID(text)
            if filter.workflow == nil {
                problems.add("/filter/workflow_id", "'\(text.prefix(64))' is not a workflow's id")
            }
        }
        filter.workflowName = reader.optional(string: "workflow_name", problems: &problems)
        filter.kind = reader.optional(enumerated: "kind", as: EscalationKind.self, problems: &problems)
        filter.tier = reader.optional(integer: "tier", in: 1...100, problems: &problems)
        filter.assignee = reader.optional(string: "assignee", length: name, problems: &problems)
        if let labels = reader.optional(object: "labels", problems: &problems) {
            for (label, value) in labels.members {
                if let value = value.string {
                    filter.labels.append(WorkflowFilter.Label(name: label, value: value))
                } else {
                    problems.add("/filter/labels/\(JSONPointer.escaped(label))", "expected a string")
                }
            }
        }
        let older = reader.duration("older_than", problems: &problems)
        filter.openedBefore = older.map { now + (.zero - $0) }
        let newer = reader.duration("newer_than", problems: &problems)
        filter.openedSince = newer.map { now + (.zero - $0) }
        let claimed = reader.optional(bool: "claimed", problems: &problems)
        filter.claim = claimed.map { EscalationFilter.ClaimFilter(isClaimed: $0, at: now) }
        reader.finish(problems: &problems)
        return filter
    }

    /// Each with the version that was shown, once.
    mutating func chosenEscalations() -> [ResolveEscalations.Chosen] {
        if fields.optional("filter") != nil {
            problems.add("/filter", "a filter goes with 'preview'; then name what it shows in 'escalations'")
        }
        let nodes = fields.required(array: "escalations", problems: &problems) ?? []
        guard nodes.count <= ResolveEscalations.most else {
            let limit = ResolveEscalations.most
            problems.add("/escalations", "\(nodes.count) are more than the limit of \(limit)")
            return []
        }
        var chosen: [ResolveEscalations.Chosen] = []
        var seen: Set<EscalationID> = []
        for (index, node) in nodes.enumerated() {
            let pointer = "/escalations/\(index)"
            guard var reader = JSONObjectReader(node, at: pointer, problems: &problems) else { continue }
            let text = reader.required(string: "id", problems: &problems)
            let version = reader.required(integer: "version", in: 1...Int(Int32.max), problems: &problems)
            for name in Self.shown { reader.ignore(name) }
            reader.finish(problems: &problems)
            guard let text, let version else { continue }
            guard let id = EscalationID(text) else {
                problems.add("\(pointer)/id", "'\(text.prefix(80))' is not an escalation's id")
                continue
            }
            if seen.insert(id).inserted {
                chosen.append(ResolveEscalations.Chosen(id: id, version: version))
            } else {
                problems.add("\(pointer)/id", "it is named twice")
            }
        }
        return chosen
    }

    /// What else a preview shows may be sent back as it came.
    private static let shown = [
        "kind", "opened_at", "workflow_id", "workflow_name", "step_id", "assignee", "claim",
    ]
}
