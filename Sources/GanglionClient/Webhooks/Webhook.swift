import JSON

/// Whom the service tells of what happens, and how that has fared.
public struct Webhook: Hashable, Sendable {
    public var name: String
    public var url: String
    /// `json`, `slack` or `teams`.
    public var template: String
    public var events: [String]
    public var isSigned: Bool
    public var linkBase: String?
    public var delivered: Int
    /// What it did not take, however often it was tried.
    public var failures: Int
    public var dropped: Int
    public var deliveredAt: Timestamp?
    public var failedAt: Timestamp?
    public var lastError: String?

    /// What is said of one.
    public struct Settings: Hashable, Sendable {
        /// `http://host[:port]/path`.
        public var url: String
        /// `json` unless something else is said.
        public var template: String?
        /// What it is told of; empty for what is usual.
        public var events: [String] = []
        /// What messages are signed with.
        public var secret: String?
        /// Where people reach the service: links begin with it.
        public var linkBase: String?

        public init(url: String) {
            self.url = url
        }
    }

    /// What became of a test.
    public struct Test: Hashable, Sendable {
        public var isDelivered: Bool
        /// What the receiver answered, if it took the message.
        public var status: Int?
        public var reason: String?
    }

    /// An event that it did not take.
    public struct Failure: Hashable, Sendable {
        public var id: Int
        public var workflowID: String
        public var event: JSONDocument
        public var failedAt: Timestamp?
        public var reason: String?
    }
}

extension Webhook {
    init(_ fields: Fields) throws(GanglionError) {
        name = try fields.string("name")
        url = try fields.string("url")
        template = try fields.string("template")
        events = try fields.strings("events")
        isSigned = try fields.bool("signed")
        linkBase = try fields.optionalString("link_base")
        delivered = try fields.integer("delivered")
        failures = try fields.integer("failures")
        dropped = try fields.integer("dropped")
        deliveredAt = try fields.optionalTime("delivered_at")
        failedAt = try fields.optionalTime("failed_at")
        lastError = try fields.optionalString("last_error")
    }
}

extension Webhook.Settings {
    func write(to body: inout JSONWriter) {
        body.field("url", url)
        body.field("template", optional: template)
        if !events.isEmpty {
            body.name("events")
            body.array(events) { $0.string($1) }
        }
        body.field("secret", optional: secret)
        body.field("link_base", optional: linkBase)
    }
}

extension Webhook.Test {
    init(_ fields: Fields) throws(GanglionError) {
        isDelivered = try fields.bool("delivered")
        status = try fields.optionalInteger("status")
        reason = try fields.optionalString("reason")
    }
}

extension Webhook.Failure {
    init(_ fields: Fields) throws(GanglionError) {
        id = try fields.integer("id")
        workflowID = try fields.string("workflow_id")
        event = fields.document("event")
        failedAt = try fields.optionalTime("failed_at")
        reason = try fields.optionalString("reason")
    }
}
