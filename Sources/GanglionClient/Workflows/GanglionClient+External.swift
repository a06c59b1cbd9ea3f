import JSON

/// Workflows that a program of your own coordinates: it adds steps as it goes, and says when they end.
extension GanglionClient {
    /// Adds steps to an external workflow; with `wait`, waits until they have ended or the time is over, at most 60 s.
    ///
    /// Each is an object with the fields that a plan's steps have, for an agent; or with `id` and `result`, for work
    /// that the program has done. All are added or none. What is there already is not added again, and so the call may
    /// be repeated: a step that is the same is given as it stands. Throws a problem of the type
    /// `/problems/step-differs` if one is not; its document has the `step` that is there.
    public func addSteps(
        _ steps: [JSONDocument], to workflow: String, wait: Duration = .zero
    ) async throws(GanglionError) -> AddedSteps {
        let wait = min(wait, Self.longestWait)
        let target = Target("/v1/workflows/", workflow, "/steps").with(wait: wait)
        let call = Call.post(target, isRepeatable: true, wait: wait) { body in
            body.name("steps")
            body.array(steps) { $0.raw($1.json) }
        }
        return try AddedSteps(try await fields(of: call, "the added steps"))
    }

    /// Ends an external workflow well. Without an output it gives what its plan says, or every step's result by its id.
    @discardableResult
    public func completeWorkflow(
        _ id: String, output: JSONDocument? = nil
    ) async throws(GanglionError) -> WorkflowStatus {
        let call = Call.post(Target("/v1/workflows/", id, "/complete"), isRepeatable: true) { body in
            if let output { body.field("output", raw: output.json) }
        }
        return try WorkflowStatus(try await fields(of: call, "the workflow"))
    }

    /// Ends an external workflow that did not succeed.
    @discardableResult
    public func failWorkflow(
        _ id: String, code: String, message: String
    ) async throws(GanglionError) -> WorkflowStatus {
        let call = Call.post(Target("/v1/workflows/", id, "/fail"), isRepeatable: true) { body in
            body.name("error")
            body.object { error in
                error.field("code", code)
                error.field("message", message)
            }
        }
        return try WorkflowStatus(try await fields(of: call, "the workflow"))
    }
}

/// What became of steps that were to be added.
public struct AddedSteps: Hashable, Sendable {
    public var workflowID: String
    /// Where the workflow stands.
    public var status: WorkflowState
    public var revision: Int
    /// In the order in which they were sent.
    public var steps: [StepStatus]
}

extension AddedSteps {
    init(_ fields: Fields) throws(GanglionError) {
        workflowID = try fields.string("workflow_id")
        status = try fields.value("status")
        revision = try fields.integer("revision")
        steps = try fields.list("steps") { node throws(GanglionError) in
            try StepStatus(try Fields(node, "a step"))
        }
    }
}
