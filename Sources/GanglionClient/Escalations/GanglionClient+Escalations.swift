import HTTP
import HTTPTypes
import JSON

/// Questions to people.
extension GanglionClient {
    /// A page of the escalations, newest first: those that are open unless asked otherwise, and of these the ones that
    /// the filter wants.
    public func escalations(
        status: Escalation.Status = .open, workflowID: String? = nil, matching filter: Escalation.Filter = .init(),
        limit: Int? = nil, cursor: String? = nil
    ) async throws(GanglionError) -> Page<Escalation> {
        var target = Target("/v1/escalations").with("status", status.rawValue).with("workflow_id", workflowID)
            .with("workflow_name", filter.workflowName).with("kind", filter.kind).with("tier", filter.tier)
            .with("assignee", filter.assignee).with("claimed", filter.isClaimed.map { $0 ? "true" : "false" })
            .with("older_than", filter.olderThan?.wireText).with("newer_than", filter.newerThan?.wireText)
        for (name, value) in filter.labels.sorted(by: <) { target = target.with("label", "\(name):\(value)") }
        target = target.with("limit", limit).with("cursor", cursor)
        return try Page(try await fields(of: .get(target), "the page"), "escalations", Escalation.init)
    }

    public func escalation(_ id: String) async throws(GanglionError) -> Escalation {
        try Escalation(try await fields(of: .get(Target("/v1/escalations/", id)), "the escalation"))
    }

    /// Takes an open escalation for one person: nobody else resolves it until the time is over. Throws a problem of the
    /// type `/problems/claimed` if somebody else has it.
    @discardableResult
    public func claim(
        _ id: String, by person: String, for duration: Duration? = nil, version: Int? = nil
    ) async throws(GanglionError) -> Escalation {
        try await handle(id, "/claim", version, isRepeatable: true) { body in
            body.field("by", person)
            body.field("for", optional: duration?.wireText)
        }
    }

    /// Gives a claim back.
    @discardableResult
    public func release(
        _ id: String, by person: String, reason: String? = nil, version: Int? = nil
    ) async throws(GanglionError) -> Escalation {
        try await handle(id, "/release", version, isRepeatable: true) { body in
            body.field("by", person)
            body.field("reason", optional: reason)
        }
    }

    /// Makes an open escalation somebody else's, or nobody's; a claim ends by that.
    @discardableResult
    public func reassign(
        _ id: String, to assignee: String?, by person: String, reason: String? = nil, version: Int? = nil
    ) async throws(GanglionError) -> Escalation {
        try await handle(id, "/reassign", version, isRepeatable: true) { body in
            body.field("by", person)
            if let assignee { body.field("to", assignee) } else { body.field("to", raw: .null) }
            body.field("reason", optional: reason)
        }
    }

    @discardableResult
    public func comment(
        on id: String, _ text: String, by person: String, version: Int? = nil
    ) async throws(GanglionError) -> Escalation {
        try await handle(id, "/comments", version, isRepeatable: false) { body in
            body.field("by", person)
            body.field("text", text)
        }
    }

    /// Resolves an escalation, which can be done once: throws a problem of the type `/problems/already-resolved` if
    /// somebody was faster, and, with the version that was seen, `/problems/changed-since` if it is not that any more.
    /// Where several people have to agree it is a vote, and the escalation stays open until the last of them.
    ///
    /// ```swift
    /// try await client.resolve(id, .retry(payload: ["text": .string(text)]), by: "ops", reason: "scan replaced")
    /// ```
    @discardableResult
    public func resolve(
        _ id: String, _ action: Escalation.Action, by: String, reason: String, version: Int? = nil
    ) async throws(GanglionError) -> Escalation {
        try await handle(id, "/resolve", version, isRepeatable: false) { body in
            action.write(to: &body)
            body.field("by", by)
            body.field("reason", reason)
        }
    }

    private func handle(
        _ id: String, _ act: String, _ version: Int?, isRepeatable: Bool, _ write: (inout JSONWriter) -> Void
    ) async throws(GanglionError) -> Escalation {
        var call = Call.post(Target("/v1/escalations/", id, act), isRepeatable: isRepeatable, write)
        if let version { call.headerFields[.ifMatch] = "\"\(version)\"" }
        return try Escalation(try await fields(of: call, "the escalation"))
    }

    // MARK: Many at once

    /// Which open escalations a filter finds, newest first; nothing is done.
    public func preview(
        matching filter: Escalation.Filter, limit: Int = 100
    ) async throws(GanglionError) -> [Escalation.Line] {
        let call = Call.post(Target("/v1/escalations/resolve"), isRepeatable: true) { body in
            body.field("preview", true)
            body.field("limit", limit)
            body.name("filter")
            body.object { filter.write(to: &$0) }
        }
        return try await fields(of: call, "the preview").list("escalations") { node throws(GanglionError) in
            try Escalation.Line(try Fields(node, "an escalation"))
        }
    }

    /// Resolves those that were looked at, as far as they have not changed since; gives what became of each.
    public func resolve(
        _ lines: [Escalation.Line], _ action: Escalation.Action, by person: String, reason: String
    ) async throws(GanglionError) -> [Escalation.Outcome] {
        let call = Call.post(Target("/v1/escalations/resolve"), isRepeatable: false) { body in
            body.name("escalations")
            body.array(lines) { body, line in
                body.object { body in
                    body.field("id", line.id)
                    body.field("version", line.version)
                }
            }
            action.write(to: &body)
            body.field("by", person)
            body.field("reason", reason)
        }
        return try await fields(of: call, "the results").list("results") { node throws(GanglionError) in
            try Escalation.Outcome(try Fields(node, "a result"))
        }
    }
}
