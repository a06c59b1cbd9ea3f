package import JSON

/// How a handling is written, in checkpoints and beside the question: nothing for what is not set.
extension Handling {
    package var encoded: JSONText {
        var writer = JSONWriter(reservingCapacity: 128)
        write(to: &writer)
        return writer.text
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("version", version)
            writer.field("tier", tier)
            writer.field("assignee", optional: assignee)
            if let claim {
                writer.name("claim")
                writer.object { writer in
                    writer.field("by", claim.by)
                    writer.field("at", claim.at.milliseconds)
                    writer.field("until", claim.until.milliseconds)
                }
            }
            if quorum > 1 { writer.field("quorum", quorum) }
            if !votes.isEmpty {
                writer.name("votes")
                writer.array(votes) { writer, vote in
                    writer.object { writer in
                        vote.resolution.write(to: &writer)
                        writer.field("at", vote.at.milliseconds)
                    }
                }
            }
            if commentCount > 0 { writer.field("comments", commentCount) }
            // As digits of base 16: a number of 64 bits is more than every reader of JSON takes.
            if let lastComment { writer.field("last_comment", String(lastComment, radix: 16)) }
        }
    }

    package init?(stored node: JSONNode) {
        guard let version = node.member("version")?.int64 else { return nil }
        self.init()
        self.version = Int(truncatingIfNeeded: version)
        tier = node.member("tier")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 1
        assignee = node.member("assignee")?.string
        if let claim = node.member("claim"), let by = claim.member("by")?.string, let at = claim.member("at")?.int64,
            let until = claim.member("until")?.int64
        {
            self.claim = Claim(by: by, at: Instant(milliseconds: at), until: Instant(milliseconds: until))
        }
        quorum = node.member("quorum")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 1
        votes = (node.member("votes")?.elements ?? []).compactMap { vote in
            guard let resolution = Resolution(stored: vote), let at = vote.member("at")?.int64 else { return nil }
            return Vote(resolution: resolution, at: Instant(milliseconds: at))
        }
        commentCount = node.member("comments")?.int64.map(Int.init(truncatingIfNeeded:)) ?? 0
        lastComment = node.member("last_comment")?.string.flatMap { UInt64($0, radix: 16) }
    }
}

extension Handling.Comment {
    package var json: JSONText {
        var writer = JSONWriter(reservingCapacity: 64 + text.utf8.count)
        writer.object { writer in
            writer.field("by", by)
            writer.field("at", at)
            writer.field("text", text)
        }
        return writer.text
    }
}

/// A person's decision as it is written, in letters and votes.
extension Resolution {
    package func write(to writer: inout JSONWriter) {
        writer.field("action", action.name)
        if let (name, content) = action.content { writer.field(name, raw: content) }
        writer.field("by", by)
        writer.field("reason", optional: reason)
        if let version { writer.field("version", version) }
    }

    package init?(stored node: JSONNode) {
        guard let name = node.member("action")?.string, let by = node.member("by")?.string else { return nil }
        let action: Action
        switch name {
        case "retry": action = .retry(payload: node.member("payload")?.text)
        case "complete":
            guard let result = node.member("result")?.text else { return nil }
            action = .complete(result: result)
        case "skip": action = .skip
        case "fail": action = .fail
        case "answer":
            guard let answer = node.member("answer")?.text else { return nil }
            action = .answer(answer)
        default: return nil
        }
        self.init(
            action, by: by, reason: node.member("reason")?.string,
            version: node.member("version")?.int64.map(Int.init(truncatingIfNeeded:)))
    }
}

extension Resolution.Action {
    /// What it gives, and the field that has it.
    package var content: (name: String, JSONText)? {
        switch self {
        case .retry(let payload): payload.map { ("payload", $0) }
        case .complete(let result): ("result", result)
        case .answer(let answer): ("answer", answer)
        case .skip, .fail: nil
        }
    }

    var contentBytes: Int { content?.1.bytes.count ?? 0 }

    /// Contents are compared as values, not as they are written.
    func isSame(as other: Self) -> Bool {
        guard name == other.name else { return false }
        switch (content?.1, other.content?.1) {
        case (nil, nil): return true
        case (let mine?, let theirs?): return JSONNode(mine).difference(from: JSONNode(theirs)) == nil
        default: return false
        }
    }
}
