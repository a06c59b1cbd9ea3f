package import JSON

/// How a step's state is written in a checkpoint: short names, nothing for what is not set.
extension StepState {
    package var encoded: JSONText {
        var writer = JSONWriter(reservingCapacity: 128)
        writer.object { writer in
            writer.field("status", status.rawValue)
            if !attempts.isEmpty {
                writer.name("attempts")
                writer.array(attempts) { $1.write(to: &$0) }
            }
            if attemptsAllowed > 0 { writer.field("allowed", attemptsAllowed) }
            if let deadline { writer.field("deadline", deadline.milliseconds) }
            if let escalation { writer.field("escalation", escalation) }
            if isHandled {
                writer.name("handling")
                handling.write(to: &writer)
            }
            if let acceptedAttempt { writer.field("accepted", acceptedAttempt) }
            if let endedAt { writer.field("ended_at", endedAt.milliseconds) }
            if let failure { failure.write("failure", to: &writer) }
            if let replacedPayload { writer.field("payload", raw: replacedPayload) }
            if payloadSize > 0 { writer.field("size", payloadSize) }
            if let progress { progress.write("progress", to: &writer) }
            if hasLongWork { long.write(to: &writer) }
        }
        return writer.text
    }

    init?(stored node: JSONNode) {
        self.init()
        guard let status = node.member("status")?.string.flatMap(StepStatus.init(rawValue:)) else { return nil }
        self.status = status
        for attempt in node.member("attempts")?.elements ?? [] {
            guard let attempt = Attempt(stored: attempt) else { return nil }
            attempts.append(attempt)
        }
        attemptsAllowed = node.member("allowed")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 0
        deadline = node.member("deadline")?.instant
        escalation = node.member("escalation")?.int64.map(Int.init(truncatingIfNeeded:))
        handling = node.member("handling").flatMap(Handling.init(stored:)) ?? Handling()
        acceptedAttempt = node.member("accepted")?.int64.map(Int.init(truncatingIfNeeded:))
        endedAt = node.member("ended_at")?.instant
        failure = node.member("failure").flatMap(Failure.init(stored:))
        replacedPayload = node.member("payload")?.text
        payloadSize = node.member("size")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 0
        progress = node.member("progress").flatMap(Progress.init(stored:))
        long = LongWork(stored: node)
    }
}

extension Attempt {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("n", number)
            writer.field("queued", queuedAt.milliseconds)
            if let startedAt { writer.field("started", startedAt.milliseconds) }
            if let endedAt { writer.field("ended", endedAt.milliseconds) }
            if let agent { writer.field("agent", agent) }
            if let failure { failure.write("failure", to: &writer) }
            asked?.write("asked", to: &writer)
        }
    }

    fileprivate init?(stored node: JSONNode) {
        guard let number = node.member("n")?.int64, let queued = node.member("queued")?.instant else { return nil }
        self.init(number: Int(truncatingIfNeeded: number), queuedAt: queued)
        startedAt = node.member("started")?.instant
        endedAt = node.member("ended")?.instant
        agent = node.member("agent")?.string.flatMap(AgentID.init)
        failure = node.member("failure").flatMap(Failure.init(stored:))
        asked = node.member("asked").flatMap(AskedQuestion.init(stored:))
    }
}

extension AskedQuestion {
    fileprivate func write(_ name: String, to writer: inout JSONWriter) {
        writer.name(name)
        writer.object { writer in
            writer.field("escalation", escalation)
            writer.field("question", text)
            if !options.isEmpty {
                writer.name("options")
                writer.array(options) { $0.raw($1) }
            }
            if let answer { writer.field("answer", raw: answer) }
        }
    }

    fileprivate init?(stored node: JSONNode) {
        guard let number = node.member("escalation")?.int64, let text = node.member("question")?.string else {
            return nil
        }
        self.init(
            escalation: Int(truncatingIfNeeded: number), text: text,
            options: node.member("options")?.elements.map(\.text) ?? [], answer: node.member("answer")?.text)
    }
}

extension Progress {
    fileprivate func write(_ name: String, to writer: inout JSONWriter) {
        writer.name(name)
        writer.object { writer in
            writer.field("at", at.milliseconds)
            if let percent { writer.field("percent", percent) }
            writer.field("message", optional: message)
            if !usage.isEmpty { writer.field("usage", usage) }
        }
    }

    fileprivate init?(stored node: JSONNode) {
        guard let at = node.member("at")?.instant else { return nil }
        self.init(
            at: at, percent: node.member("percent")?.int64.map(Int.init(truncatingIfNeeded:)),
            message: node.member("message")?.string, usage: node.member("usage")?.amounts ?? [:])
    }
}

extension Failure {
    package func write(_ name: String, to writer: inout JSONWriter) {
        writer.name(name)
        writer.object { writeMembers(to: &$0) }
    }

    package func writeMembers(to writer: inout JSONWriter) {
        writer.field("code", code)
        writer.field("message", message)
    }

    package init?(stored node: JSONNode) {
        guard let code = node.member("code")?.string, let message = node.member("message")?.string else { return nil }
        self.init(code: code, message: message)
    }
}
