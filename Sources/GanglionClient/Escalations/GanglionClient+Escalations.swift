import JSON

/// Questions to people.
extension GanglionClient {
    /// A page of the escalations, newest first: those that are open unless asked otherwise, of one workflow or all.
    public func escalations(
        status: Escalation.Status = .open, workflowID: String? = nil, limit: Int? = nil, cursor: String? = nil
    ) async throws(GanglionError) -> Page<Escalation> {
        let target = Target("/v1/escalations").with("status", status.rawValue).with("workflow_id", workflowID)
            .with("limit", limit).with("cursor", cursor)
        return try Page(try await fields(of: .get(target), "the page"), "escalations", Escalation.init)
    }

    public func escalation(_ id: String) async throws(GanglionError) -> Escalation {
        try Escalation(try await fields(of: .get(Target("/v1/escalations/", id)), "the escalation"))
    }

    /// Resolves an escalation, which can be done once: throws a problem of the type `/problems/already-resolved` if
    /// somebody was faster.
    ///
    /// ```swift
    /// try await client.resolve(id, .retry(payload: ["text": .string(text)]), by: "ops", reason: "scan replaced")
    /// ```
    @discardableResult
    public func resolve(
        _ id: String, _ action: Escalation.Action, by: String, reason: String
    ) async throws(GanglionError) -> Escalation {
        let call = Call.post(Target("/v1/escalations/", id, "/resolve"), isRepeatable: false) { body in
            action.write(to: &body)
            body.field("by", by)
            body.field("reason", reason)
        }
        return try Escalation(try await fields(of: call, "the escalation"))
    }
}
