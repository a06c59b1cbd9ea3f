import JSON

/// What an agent says of an attempt that goes on.
public struct TaskReport: Hashable, Sendable {
    /// From 0 to 100.
    public var percent: Int?
    /// For people.
    public var message: String?
    /// Sets the attempt's deadline this far from now.
    public var extend: Duration?
    /// What the work has made up to now, for the next attempt to go on from.
    public var partial: JSONDocument?
    /// What the attempt has cost up to now, by unit.
    public var usage: [String: Double] = [:]
    /// A line of text that is another one whenever the work has got further.
    public var fingerprint: String?
    /// What tool the agent calls, and with what.
    public var toolCall: String?

    public init(
        percent: Int? = nil, message: String? = nil, extend: Duration? = nil, partial: JSONDocument? = nil,
        usage: [String: Double] = [:], fingerprint: String? = nil, toolCall: String? = nil
    ) {
        self.percent = percent
        self.message = message
        self.extend = extend
        self.partial = partial
        self.usage = usage
        self.fingerprint = fingerprint
        self.toolCall = toolCall
    }
}

extension TaskReport {
    func write(to body: inout JSONWriter) {
        if let percent { body.field("percent", percent) }
        body.field("message", optional: message)
        body.field("extend", optional: extend?.wireText)
        if let partial { body.field("partial", raw: partial.json) }
        body.write(usage: usage)
        body.field("fingerprint", optional: fingerprint)
        body.field("tool_call", optional: toolCall)
    }
}
