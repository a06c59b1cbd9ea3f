import JSON

/// Which escalations are meant, and what is told of each where there are many.
extension Escalation {
    /// They have to be all of this; without anything, all are meant.
    public struct Filter: Hashable, Sendable {
        public var workflowName: String?
        public var labels: [String: String] = [:]
        public var kind: String?
        public var tier: Int?
        public var assignee: String?
        public var isClaimed: Bool?
        /// Opened longer ago, or less long ago.
        public var olderThan: Duration?
        public var newerThan: Duration?

        public init() {}

        func write(to body: inout JSONWriter) {
            body.field("workflow_name", optional: workflowName)
            if !labels.isEmpty {
                body.name("labels")
                body.object { body in
                    for (name, value) in labels.sorted(by: <) { body.field(name, value) }
                }
            }
            body.field("kind", optional: kind)
            if let tier { body.field("tier", tier) }
            body.field("assignee", optional: assignee)
            if let isClaimed { body.field("claimed", isClaimed) }
            body.field("older_than", optional: olderThan?.wireText)
            body.field("newer_than", optional: newerThan?.wireText)
        }
    }

    /// What tells it from others, as it was seen.
    public struct Line: Hashable, Sendable {
        public var id: String
        public var version: Int
        public var kind: String
        public var openedAt: Timestamp
        public var workflowID: String
        public var workflowName: String?
        public var stepID: String?
        public var assignee: String?
    }

    /// What became of one of many.
    public struct Outcome: Hashable, Sendable {
        public var id: String
        /// `resolved`, `voted` or `refused`.
        public var outcome: String
        /// Why it was refused: the problem's type.
        public var problemType: String?
    }
}

extension Escalation.Line {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        version = try fields.integer("version")
        kind = try fields.string("kind")
        openedAt = try fields.time("opened_at")
        workflowID = try fields.string("workflow_id")
        workflowName = try fields.optionalString("workflow_name")
        stepID = try fields.optionalString("step_id")
        assignee = try fields.optionalString("assignee")
    }
}

extension Escalation.Outcome {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        outcome = try fields.string("outcome")
        problemType = try fields.optionalObject("problem") { problem throws(GanglionError) in
            try problem.string("type")
        }
    }
}
