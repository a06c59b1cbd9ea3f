package import JSON
package import WorkflowCore

/// Events as they lie in mailboxes.
extension Event {
    package var json: JSONText {
        var writer = JSONWriter(reservingCapacity: 128 + payloadBytes)
        writer.object { writer in
            switch self {
            case .step(let step, let event):
                writer.field("step", step)
                event.write(to: &writer)
            case .clock: writer.field("event", "clock")
            case .cancel(let by, let reason):
                writer.field("event", "cancel")
                writer.field("by", optional: by)
                writer.field("reason", optional: reason)
            case .resolve(let escalation, let resolution):
                writer.field("event", "resolve")
                writer.field("escalation", escalation)
                resolution.write(to: &writer)
            case .handle(let escalation, let act):
                writer.field("event", "handle")
                writer.field("escalation", escalation)
                act.write(to: &writer)
            case .add(let steps):
                writer.field("event", "add")
                writer.field("steps", raw: steps)
            case .finish(let end): end.write(to: &writer)
            }
        }
        return writer.text
    }

    private var payloadBytes: Int {
        switch self {
        case .step(_, .completed(_, _, let result)): result.bytes.count
        case .step(_, .asked(_, _, let question)): question.context?.bytes.count ?? 0
        case .step(_, .progressed(_, _, let report)): report.partial?.bytes.count ?? 0
        case .add(let steps): steps.bytes.count
        case .finish(.completed(let output)): output?.bytes.count ?? 0
        default: 0
        }
    }

    /// `nil` for what no version of this program wrote.
    package init?(stored text: JSONText) {
        let node = JSONNode(text)
        guard let kind = node.member("event")?.string else { return nil }
        switch kind {
        case "clock": self = .clock
        case "cancel":
            self = .cancel(by: node.member("by")?.string, reason: node.member("reason")?.string)
        case "resolve":
            guard let escalation = node.integer("escalation"), let resolution = Resolution(stored: node) else {
                return nil
            }
            self = .resolve(escalation: escalation, resolution)
        case "handle":
            guard let escalation = node.integer("escalation"), let act = HandlingAct(stored: node) else { return nil }
            self = .handle(escalation: escalation, act)
        case "add":
            guard let steps = node.member("steps")?.text else { return nil }
            self = .add(steps: steps)
        case "complete": self = .finish(.completed(output: node.member("output")?.text))
        case "fail":
            guard let failure = node.member("failure").flatMap(Failure.init(stored:)) else { return nil }
            self = .finish(.failed(failure))
        default:
            guard let step = node.integer("step"), let event = StepEvent(stored: node, kind) else { return nil }
            self = .step(step, event)
        }
    }
}

extension WorkflowEnd {
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .completed(let output):
            writer.field("event", "complete")
            if let output { writer.field("output", raw: output) }
        case .failed(let failure):
            writer.field("event", "fail")
            failure.write("failure", to: &writer)
        }
    }
}

extension StepEvent {
    fileprivate func write(to writer: inout JSONWriter) {
        func head(_ kind: String, _ attempt: Int, _ agent: AgentID) {
            writer.field("event", kind)
            writer.field("attempt", attempt)
            writer.field("agent", agent)
        }
        switch self {
        case .taken(let attempt, let agent, let at):
            head("taken", attempt, agent)
            writer.field("at", at.milliseconds)
        case .completed(let attempt, let agent, let result):
            head("completed", attempt, agent)
            writer.field("result", raw: result)
        case .failed(let attempt, let agent, let failure):
            head("failed", attempt, agent)
            failure.failure.write("failure", to: &writer)
            writer.field("retryable", failure.retryable)
            if let after = failure.retryAfter { writer.field("retry_after", after.wholeMilliseconds) }
        case .asked(let attempt, let agent, let question):
            head("asked", attempt, agent)
            question.write(to: &writer)
        case .progressed(let attempt, let agent, let report):
            head("progressed", attempt, agent)
            report.write(to: &writer)
        case .heard(let attempt, let agent, let at, let asOf):
            head("heard", attempt, agent)
            writer.field("at", at.milliseconds)
            writer.field("as_of", asOf.milliseconds)
        case .stalled(let attempt, let agent, let heartbeats, let since):
            head("stalled", attempt, agent)
            writer.field("heartbeats", heartbeats)
            writer.field("since", since.milliseconds)
        case .guided(let text, let by):
            writer.field("event", "guided")
            writer.field("text", text)
            writer.field("by", by)
        case .acknowledged(let attempt, let agent, let number):
            head("acknowledged", attempt, agent)
            writer.field("through", number)
        case .agentGone(let attempt, let agent, let reason):
            head("agent_gone", attempt, agent)
            writer.field("reason", reason)
        }
    }

    fileprivate init?(stored node: JSONNode, _ kind: String) {
        if kind == "guided" {
            guard let text = node.member("text")?.string, let by = node.member("by")?.string else { return nil }
            self = .guided(text: text, by: by)
            return
        }
        guard let attempt = node.integer("attempt"),
            let agent = node.member("agent")?.string.flatMap(AgentID.init)
        else { return nil }
        switch kind {
        case "taken":
            guard let at = node.time("at") else { return nil }
            self = .taken(attempt: attempt, by: agent, at: at)
        case "completed":
            guard let result = node.member("result")?.text else { return nil }
            self = .completed(attempt: attempt, by: agent, result: result)
        case "failed":
            guard let failure = node.member("failure").flatMap(Failure.init(stored:)) else { return nil }
            let retryable = node.member("retryable")?.bool ?? true
            self = .failed(
                attempt: attempt, by: agent,
                AgentFailure(failure, retryable: retryable, retryAfter: node.duration("retry_after")))
        case "asked":
            guard let question = Question(stored: node) else { return nil }
            self = .asked(attempt: attempt, by: agent, question)
        case "progressed":
            self = .progressed(attempt: attempt, by: agent, ProgressReport(stored: node))
        case "heard":
            guard let at = node.time("at"), let asOf = node.time("as_of") else { return nil }
            self = .heard(attempt: attempt, by: agent, at: at, asOf: asOf)
        case "stalled":
            guard let heartbeats = node.integer("heartbeats"), let since = node.time("since") else { return nil }
            self = .stalled(attempt: attempt, by: agent, heartbeats: heartbeats, since: since)
        case "acknowledged":
            guard let number = node.integer("through") else { return nil }
            self = .acknowledged(attempt: attempt, by: agent, through: number)
        case "agent_gone":
            self = .agentGone(attempt: attempt, agent, reason: node.member("reason")?.string ?? "")
        default: return nil
        }
    }
}

extension ProgressReport {
    fileprivate func write(to writer: inout JSONWriter) {
        if let percent { writer.field("percent", percent) }
        writer.field("message", optional: message)
        if let extend { writer.field("extend", extend.wholeMilliseconds) }
        if let partial { writer.field("partial", raw: partial) }
        if !usage.isEmpty { writer.field("usage", usage) }
        writer.field("fingerprint", optional: fingerprint)
        writer.field("tool_call", optional: toolCall)
    }

    fileprivate init(stored node: JSONNode) {
        self.init(
            percent: node.integer("percent"), message: node.member("message")?.string,
            extend: node.duration("extend"), partial: node.member("partial")?.text)
        usage = node.member("usage")?.amounts ?? [:]
        fingerprint = node.member("fingerprint")?.string
        toolCall = node.member("tool_call")?.string
    }
}

extension Question {
    /// As members of the object that is being written: in letters, and in the question to a person.
    func write(to writer: inout JSONWriter) {
        writer.field("question", text)
        if !options.isEmpty {
            writer.name("options")
            writer.array(options) { $0.raw($1) }
        }
        if let context { writer.field("context", raw: context) }
    }

    fileprivate init?(stored node: JSONNode) {
        guard let text = node.member("question")?.string else { return nil }
        self.init(
            text, options: node.member("options")?.elements.map(\.text) ?? [], context: node.member("context")?.text)
    }
}

extension HandlingAct {
    fileprivate func write(to writer: inout JSONWriter) {
        switch kind {
        case .claim(let duration):
            writer.field("act", "claim")
            writer.field("for", duration.wholeMilliseconds)
        case .release: writer.field("act", "release")
        case .reassign(let assignee):
            writer.field("act", "reassign")
            writer.field("to", optional: assignee)
        case .comment(let text):
            writer.field("act", "comment")
            writer.field("text", text)
        }
        writer.field("by", by)
        writer.field("reason", optional: reason)
        if let version { writer.field("version", version) }
    }

    fileprivate init?(stored node: JSONNode) {
        guard let name = node.member("act")?.string, let by = node.member("by")?.string else { return nil }
        let kind: Kind
        switch name {
        case "claim":
            guard let duration = node.duration("for") else { return nil }
            kind = .claim(duration)
        case "release": kind = .release
        case "reassign": kind = .reassign(to: node.member("to")?.string)
        case "comment":
            guard let text = node.member("text")?.string else { return nil }
            kind = .comment(text)
        default: return nil
        }
        self.init(kind, by: by, reason: node.member("reason")?.string, version: node.integer("version"))
    }
}

extension JSONNode {
    func integer(_ name: String) -> Int? { member(name)?.int64.map(Int.init(truncatingIfNeeded:)) }

    fileprivate func time(_ name: String) -> Instant? { member(name)?.int64.map(Instant.init(milliseconds:)) }

    fileprivate func duration(_ name: String) -> Duration? { member(name)?.int64.map { .milliseconds($0) } }
}
