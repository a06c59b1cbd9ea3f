import HTTPTypes
import JSON

/// Runs: started, watched, cancelled.
extension GanglionClient {
    /// Starts a workflow from its plan, given as JSON text.
    public func start(
        _ plan: String, idempotencyKey: String? = nil, traceparent: String? = nil, wait: Duration = .zero
    ) async throws(GanglionError) -> WorkflowStatus {
        try await start(
            JSONDocument(parsing: plan), idempotencyKey: idempotencyKey, traceparent: traceparent, wait: wait)
    }

    /// Starts a workflow from its plan.
    ///
    /// The same key with the same plan starts nothing a second time and gives the workflow that was started. Without a
    /// key one is made, so that the call can be repeated when its outcome is unknown.
    ///
    /// - Parameters:
    ///   - traceparent: The W3C trace context that every task is to carry.
    ///   - wait: How long to wait for the workflow's end, at most 60 s.
    public func start(
        _ plan: JSONDocument, idempotencyKey: String? = nil, traceparent: String? = nil, wait: Duration = .zero
    ) async throws(GanglionError) -> WorkflowStatus {
        let wait = min(wait, Self.longestWait)
        var call = Call.post(Target("/v1/workflows").with(wait: wait), plan.json, isRepeatable: true, wait: wait)
        try call.set("Idempotency-Key", idempotencyKey ?? Self.newKey())
        if let traceparent { try call.set("traceparent", traceparent) }
        return try WorkflowStatus(try await fields(of: call, "the workflow"))
    }

    /// A workflow as it stands; with `wait`, once it has ended or the time is over, and with `revision` too, once it
    /// has changed since then. The service waits 60 s at most.
    public func workflow(
        _ id: String, wait: Duration = .zero, revision: Int? = nil
    ) async throws(GanglionError) -> WorkflowStatus {
        let wait = min(wait, Self.longestWait)
        let target = Target("/v1/workflows/", id).with(wait: wait).with("revision", revision)
        return try WorkflowStatus(try await fields(of: .get(target, wait: wait), "the workflow"))
    }

    /// Waits until a workflow has ended, however often it has to be asked for, and gives it as it ended. If `limit` is
    /// over before, gives it as it stands then.
    public func waitForEnd(
        of id: String, atMost limit: Duration? = nil
    ) async throws(GanglionError) -> WorkflowStatus {
        let start = ContinuousClock.now
        while true {
            let left = limit.map { max(.zero, $0 - (.now - start)) }
            let status = try await workflow(id, wait: min(left ?? Self.longestWait, Self.longestWait / 2))
            if status.status.isEnd || left == .zero { return status }
        }
    }

    /// A page of the workflows, newest first: only those that stand so, and have all these labels.
    public func workflows(
        status: WorkflowState? = nil, labels: [String: String] = [:], limit: Int? = nil, cursor: String? = nil
    ) async throws(GanglionError) -> Page<WorkflowSummary> {
        var target = Target("/v1/workflows").with("status", status?.rawValue)
        for (name, value) in labels.sorted(by: <) { target = target.with("label", "\(name):\(value)") }
        let call = Call.get(target.with("limit", limit).with("cursor", cursor))
        return try Page(try await fields(of: call, "the page"), "workflows", WorkflowSummary.init)
    }

    /// A page of what happened to a workflow, oldest first.
    public func history(
        of id: String, limit: Int? = nil, cursor: String? = nil
    ) async throws(GanglionError) -> Page<HistoryEvent> {
        let target = Target("/v1/workflows/", id, "/history").with("limit", limit).with("cursor", cursor)
        return try Page(try await fields(of: .get(target), "the page"), "events", HistoryEvent.init)
    }

    /// What a workflow was started with.
    public func plan(of id: String) async throws(GanglionError) -> AcceptedPlan {
        try AcceptedPlan(try await fields(of: .get(Target("/v1/workflows/", id, "/plan")), "the plan"))
    }

    /// A step with its payload and all its attempts.
    public func step(_ step: String, of workflow: String) async throws(GanglionError) -> StepDetails {
        let target = Target("/v1/workflows/", workflow, "/steps/", step)
        return try StepDetails(try await fields(of: .get(target), "the step"))
    }

    /// Checks a plan and starts nothing. Throws the problem that `start` would have, with every place that is wrong.
    @discardableResult
    public func check(_ plan: JSONDocument) async throws(GanglionError) -> CheckedPlan {
        let call = Call.post(Target("/v1/plans/check"), plan.json, isRepeatable: true)
        return try CheckedPlan(try await fields(of: call, "what was found"))
    }

    /// Why a workflow is not further on: for each open step what holds it up, and what would help.
    public func explain(_ id: String) async throws(GanglionError) -> Explanation {
        try Explanation(try await fields(of: .get(Target("/v1/workflows/", id, "/why")), "the explanation"))
    }

    /// Tries a workflow again that failed or was cancelled: steps that did not succeed begin anew, and what the others
    /// gave is kept. Throws a problem of the type `/problems/workflow-open` if it has not ended.
    @discardableResult
    public func retry(
        _ id: String, by: String? = nil, reason: String? = nil
    ) async throws(GanglionError) -> WorkflowStatus {
        let call = Call.post(Target("/v1/workflows/", id, "/retry"), isRepeatable: false) { body in
            body.field("by", optional: by)
            body.field("reason", optional: reason)
        }
        return try WorkflowStatus(try await fields(of: call, "the workflow"))
    }

    /// Cancels a workflow: agents that work on it are told to stop. Throws a problem of the type
    /// `/problems/workflow-ended` if it has ended.
    @discardableResult
    public func cancel(
        _ id: String, by: String? = nil, reason: String? = nil
    ) async throws(GanglionError) -> WorkflowStatus {
        let call = Call.post(Target("/v1/workflows/", id, "/cancel"), isRepeatable: false) { body in
            body.field("by", optional: by)
            body.field("reason", optional: reason)
        }
        return try WorkflowStatus(try await fields(of: call, "the workflow"))
    }

    /// 128 random bits.
    package static func newKey() -> String {
        "\(String(UInt64.random(in: 0 ... .max), radix: 16))-\(String(UInt64.random(in: 0 ... .max), radix: 16))"
    }
}

extension Call {
    mutating func set(_ name: String, _ value: String) throws(GanglionError) {
        guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else {
            throw .invalidArgument("'\(value)' cannot be the value of the header \(name)")
        }
        headerFields[name] = value
    }
}
