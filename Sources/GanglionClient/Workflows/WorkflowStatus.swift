import JSON

/// Where a workflow stands.
public enum WorkflowState: String, Sendable, CaseIterable {
    case running
    /// Every path forward waits for a person, or nobody can go on with it.
    case escalated
    case paused
    case completed
    case failed
    case cancelled

    public var isEnd: Bool { self == .completed || self == .failed || self == .cancelled }
}

/// A workflow with its steps, as the service stored it last.
public struct WorkflowStatus: Hashable, Sendable {
    public var id: String
    public var name: String
    public var status: WorkflowState
    /// Grows with every change.
    public var revision: Int
    /// When this revision was stored, from which any node could go on.
    public var checkpointAt: Timestamp
    public var createdAt: Timestamp
    public var endedAt: Timestamp?
    /// The node that coordinates it, or did so last.
    public var node: String?
    /// How often another node took it over.
    public var takeovers: Int
    public var labels: [String: String]
    /// In the plan's order.
    public var steps: [StepStatus]
    /// What it gave; `null` until it is completed.
    public var output: JSONDocument
    /// Why it failed.
    public var failure: Failure?
    /// Set while nobody can go on with it, and a person is asked what becomes of it.
    public var quarantine: Quarantine?

    public subscript(step id: String) -> StepStatus? { steps.first { $0.id == id } }
}

/// Why nobody can go on with a workflow, and where a person decides.
public struct Quarantine: Hashable, Sendable {
    public var escalationID: String
    public var error: Failure
}

/// A workflow in a list: without its steps.
public struct WorkflowSummary: Hashable, Sendable {
    public var id: String
    public var name: String
    public var status: WorkflowState
    public var revision: Int
    public var createdAt: Timestamp
    public var endedAt: Timestamp?
    public var labels: [String: String]
}

/// Why something did not succeed.
public struct Failure: Hashable, Sendable, CustomStringConvertible {
    /// For programs. The service's own are `timeout`, `queue_timeout`, `agent_lost`, `expression_failed`,
    /// `deadline_exceeded`, `failed_by_resolution`, `damaged` and `stuck`; the others are the agents'.
    public var code: String
    /// For people.
    public var message: String

    public var description: String { "\(code): \(message)" }
}

extension WorkflowStatus {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        name = try fields.string("name")
        status = try fields.value("status")
        revision = try fields.integer("revision")
        checkpointAt = try fields.time("checkpoint_at")
        createdAt = try fields.time("created_at")
        endedAt = try fields.optionalTime("ended_at")
        node = try fields.optionalString("node")
        takeovers = try fields.integer("takeovers")
        labels = try fields.labels()
        steps = try fields.list("steps") { node throws(GanglionError) in
            try StepStatus(try Fields(node, "a step"))
        }
        output = fields.document("output")
        failure = try fields.optionalObject("failure", Failure.init)
        quarantine = try fields.optionalObject("quarantine", Quarantine.init)
    }
}

extension Quarantine {
    init(_ fields: Fields) throws(GanglionError) {
        escalationID = try fields.string("escalation_id")
        error = try Failure(try Fields(try fields.required("error"), "the error"))
    }
}

extension WorkflowSummary {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        name = try fields.string("name")
        status = try fields.value("status")
        revision = try fields.integer("revision")
        createdAt = try fields.time("created_at")
        endedAt = try fields.optionalTime("ended_at")
        labels = try fields.labels()
    }
}

extension Failure {
    init(_ fields: Fields) throws(GanglionError) {
        code = try fields.string("code")
        message = try fields.string("message")
    }
}

extension Fields {
    func labels() throws(GanglionError) -> [String: String] {
        var labels: [String: String] = [:]
        for (name, node) in try required("labels").members {
            guard let value = node.string else { throw .unexpectedAnswer("the label '\(name)' is not a string") }
            labels[name] = value
        }
        return labels
    }
}
