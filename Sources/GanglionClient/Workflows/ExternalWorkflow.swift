import JSON

/// A workflow that the program coordinates which holds this: each step's result is recorded by the service, and a
/// program that is killed and started again goes on where it was.
///
/// ```swift
/// let workflow = try await ExternalWorkflow(client, name: "research", key: "order-4711", input: ["topic": "leases"])
/// let plan = try await workflow.record("plan") { try await makePlan() }
/// let found = try await workflow.step("search", type: "search", payload: plan)
/// try await workflow.complete(output: ["found": found])
/// ```
///
/// The same key with the same input gives the same workflow, in this process and any other. What was done is not done
/// again: its result is given at once. So the program has to ask for the same steps by the same ids, each with the same
/// content, whenever it comes by.
public struct ExternalWorkflow: Sendable {
    public let id: String
    /// As it stood when it was opened.
    public let opened: WorkflowStatus
    private let client: GanglionClient

    /// Starts the workflow, or finds the one that was started with this key. One that has ended is found as well.
    public init(
        _ client: GanglionClient, name: String, key: String, input: JSONDocument = nil, labels: [String: String] = [:],
        deadline: Duration? = nil
    ) async throws(GanglionError) {
        var writer = JSONWriter()
        writer.object { plan in
            plan.field("name", name)
            plan.field("coordinator", "external")
            plan.field("input", raw: input.json)
            plan.field("deadline", optional: deadline?.wireText)
            if !labels.isEmpty {
                plan.name("labels")
                plan.object { plan in
                    for (name, value) in labels.sorted(by: <) { plan.field(name, value) }
                }
            }
        }
        opened = try await client.start(JSONDocument(writer.text), idempotencyKey: key)
        id = opened.id
        self.client = client
    }

    /// Has an agent do a step, and gives its result, which may be there already. Waits as long as it takes, for people
    /// too. Throws a `StepNotCompleted` if there will be none.
    ///
    /// - Parameters:
    ///   - payload: May hold `${…}`, of the workflow's input and of steps that have ended.
    ///   - fields: Further fields of the step, as a plan has them: `["timeout": "2m", "on_exhausted": "skip"]`.
    public func step(
        _ id: String, type: String, payload: JSONDocument? = nil, fields: JSONDocument = [:]
    ) async throws -> JSONDocument {
        var writer = JSONWriter()
        writer.object { step in
            step.field("id", id)
            step.field("task_type", type)
            if let payload { step.field("payload", raw: payload.json) }
            for (name, value) in fields.root.members {
                if let value = value.document { step.field(name, raw: value.json) }
            }
        }
        let definition = JSONDocument(writer.text)
        while true {
            let added = try await client.addSteps([definition], to: self.id, wait: .seconds(30))
            guard let step = added.steps.first, step.status.isEnd else { continue }
            if let result = step.result { return result }
            throw StepNotCompleted(step: step)
        }
    }

    /// Does work once: gives what is recorded for it, or else does it and records what it gives. If another process
    /// records something else meanwhile, that is what counts and what is given.
    public func record(_ id: String, _ work: () async throws -> JSONDocument) async throws -> JSONDocument {
        if let known = opened[step: id]?.result { return known }
        let result = try await work()
        let definition: JSONDocument = ["id": .string(id), "result": result]
        do throws(GanglionError) {
            _ = try await client.addSteps([definition], to: self.id)
            return result
        } catch {
            guard let problem = error.problem, problem.type == "/problems/step-differs",
                let recorded = problem.document?["step"]["result"].document
            else { throw error }
            return recorded
        }
    }

    /// Ends it well. Done again, the same is no error.
    @discardableResult
    public func complete(output: JSONDocument? = nil) async throws(GanglionError) -> WorkflowStatus {
        try await client.completeWorkflow(id, output: output)
    }

    /// Ends it because it did not succeed.
    @discardableResult
    public func fail(code: String, message: String) async throws(GanglionError) -> WorkflowStatus {
        try await client.failWorkflow(id, code: code, message: message)
    }
}

/// A step has ended without a result: it was skipped, it failed, or the workflow has ended.
public struct StepNotCompleted: Error, Hashable, Sendable, CustomStringConvertible {
    public var step: StepStatus

    public var description: String {
        "the step '\(step.id)' is \(step.status.rawValue)\(step.failure.map { ": \($0)" } ?? "")"
    }
}

extension StepState {
    /// It will not change any more.
    public var isEnd: Bool {
        switch self {
        case .completed, .skipped, .failed, .cancelled: true
        case .pending, .queued, .running, .backingOff, .waiting, .escalated: false
        }
    }
}
