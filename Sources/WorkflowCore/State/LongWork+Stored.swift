package import JSON

/// How what is known of long work is written in a step's checkpoint, beside its other members.
extension LongWork {
    func write(to writer: inout JSONWriter) {
        if let partial { writer.field("partial", raw: partial) }
        if guidanceCount > 0 { writer.field("notes", guidanceCount) }
        if !guidance.isEmpty {
            writer.name("guidance")
            writer.array(guidance) { writer, note in writer.object { note.writeMembers(to: &$0) } }
        }
        if let vigil {
            writer.name("vigil")
            writer.object { vigil.writeMembers(to: &$0) }
        }
    }

    init(stored node: JSONNode) {
        self.init()
        partial = node.member("partial")?.text
        guidanceCount = node.member("notes")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 0
        guidance = (node.member("guidance")?.elements ?? []).compactMap(Guidance.init(stored:))
        vigil = node.member("vigil").flatMap(Vigil.init(stored:))
    }
}

extension Guidance {
    /// As members of the object that is being written: in checkpoints, in the store, and in answers.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.field("number", number)
        writer.field("text", text)
        writer.field("by", by)
        writer.field("at", at.milliseconds)
    }

    package var json: JSONText {
        var writer = JSONWriter(reservingCapacity: 96 + text.utf8.count)
        writer.object { writeMembers(to: &$0) }
        return writer.text
    }

    package init?(stored node: JSONNode) {
        guard let number = node.member("number")?.int64, let text = node.member("text")?.string,
            let by = node.member("by")?.string, let at = node.member("at")?.instant
        else { return nil }
        self.init(number: Int(truncatingIfNeeded: number), text: text, by: by, at: at)
    }
}

extension Vigil {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.field("since", since.milliseconds)
        writer.field("warning", optional: warning)
        writer.field("fingerprint", optional: fingerprint)
        if reports > 0 { writer.field("reports", reports) }
        writer.field("tool_call", optional: toolCall)
        if toolCalls > 0 { writer.field("tool_calls", toolCalls) }
        if !usage.isEmpty { writer.field("usage", usage) }
    }

    fileprivate init?(stored node: JSONNode) {
        guard let since = node.member("since")?.instant else { return nil }
        self.init(since: since)
        warning = node.member("warning")?.string
        fingerprint = node.member("fingerprint")?.string
        reports = node.member("reports")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 0
        toolCall = node.member("tool_call")?.string
        toolCalls = node.member("tool_calls")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 0
        usage = node.member("usage")?.amounts ?? [:]
    }
}

extension JSONWriter {
    /// Amounts by their units.
    package mutating func field(_ name: String, _ amounts: [String: Double]) {
        self.name(name)
        object { writer in
            for (unit, amount) in amounts.sorted(by: { $0.key < $1.key }) {
                writer.name(unit)
                writer.double(amount)
            }
        }
    }
}

extension JSONNode {
    /// The numbers among its members.
    package var amounts: [String: Double] {
        Dictionary(members.compactMap { name, node in node.double.map { (name, $0) } }) { $1 }
    }
}
