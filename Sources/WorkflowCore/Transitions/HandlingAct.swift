/// What a person does with an open escalation short of deciding it.
package struct HandlingAct: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Keep others from deciding for so long.
        case claim(Duration)
        /// Give the claim back.
        case release
        /// It is somebody else's, or nobody's; a claim ends by that.
        case reassign(to: String?)
        case comment(String)
    }

    package var kind: Kind
    package var by: String
    package var reason: String?
    /// Which version has to be the current one.
    package var version: Int?

    package init(_ kind: Kind, by: String, reason: String? = nil, version: Int? = nil) {
        self.kind = kind
        self.by = by
        self.reason = reason
        self.version = version
    }
}

/// What acts and decisions make of a handling. Pure, so that it is the same for escalations of workflows that have a
/// coordinator and for those of workflows that have none.
extension Handling {
    /// Changes nothing unless the act is accepted.
    package mutating func apply(_ act: HandlingAct, at now: Instant) -> Outcome {
        if let version = act.version, version != self.version { return .refused(.changedSince(version: self.version)) }
        let current = claim(at: now)
        switch act.kind {
        case .claim(let duration):
            if let current, current.by != act.by { return .refused(.claimed(by: current.by, until: current.until)) }
            claim = Claim(by: act.by, at: current?.at ?? now, until: now + duration)
        case .release:
            guard let current else { return .duplicate }
            if current.by != act.by { return .refused(.claimed(by: current.by, until: current.until)) }
            claim = nil
        case .reassign(let assignee):
            if assignee == self.assignee, current == nil { return .duplicate }
            self.assignee = assignee
            claim = nil
        case .comment(let text):
            let print = Self.fingerprint(of: act.by, text)
            if print == lastComment { return .duplicate }
            guard commentCount < Self.commentLimit else { return .refused(.tooManyComments(limit: Self.commentLimit)) }
            commentCount += 1
            lastComment = print
        }
        version += 1
        return .accepted
    }

    /// What becomes of a decision.
    package enum Verdict: Hashable, Sendable {
        /// It is carried out.
        case decided
        /// More people have to decide the same.
        case voted
        /// It was this person's vote before.
        case duplicate
        case refused(Refusal)
    }

    /// Where several have to agree, a claim keeps nobody from voting.
    package mutating func decide(_ resolution: Resolution, at now: Instant) -> Verdict {
        if let version = resolution.version, version != self.version {
            return .refused(.changedSince(version: self.version))
        }
        guard quorum > 1 else {
            guard let claim = claim(at: now), claim.by != resolution.by else { return .decided }
            return .refused(.claimed(by: claim.by, until: claim.until))
        }
        guard resolution.action.contentBytes <= Self.voteBytes else {
            return .refused(.voteTooLong(limit: Self.voteBytes))
        }
        let former = votes.firstIndex { $0.resolution.by == resolution.by }
        if let former, votes[former].resolution.action.isSame(as: resolution.action) { return .duplicate }
        if let former { votes.remove(at: former) }
        guard votes.count < Self.voteLimit else { return .refused(.tooManyVotes(limit: Self.voteLimit)) }
        votes.append(Vote(resolution: resolution, at: now))
        version += 1
        let agreeing = votes.count { $0.resolution.action.isSame(as: resolution.action) }
        return agreeing >= quorum ? .decided : .voted
    }

    /// The hash FNV-1a of 64 bits (Fowler, Noll, Vo).
    private static func fingerprint(of person: String, _ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in Array(person.utf8) + [0] + Array(text.utf8) { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
        return hash
    }
}
