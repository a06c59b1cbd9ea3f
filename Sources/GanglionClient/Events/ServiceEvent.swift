/// Something that happened to one of all workflows.
public struct ServiceEvent: Hashable, Sendable {
    /// The event's place among those of all workflows.
    public var id: String
    /// `nil` for a gap.
    public var workflow: WorkflowReference?
    /// Of the type `gap` is what tells that events before it may be missing: nobody had watched for a while, or too
    /// much happened since.
    public var type: String
    /// What happened, under the id of this event; `nil` for a gap.
    public var event: HistoryEvent?

    public struct WorkflowReference: Hashable, Sendable {
        public var id: String
        public var name: String
    }
}

extension ServiceEvent {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.string("id")
        type = try fields.string("type")
        guard type != "gap" else { return }
        workflow = WorkflowReference(
            id: try fields.string("workflow_id"), name: try fields.string("workflow_name"))
        event = try HistoryEvent(fields)
    }
}
