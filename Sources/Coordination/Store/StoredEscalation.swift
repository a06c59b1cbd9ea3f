package import JSON
package import WorkflowCore

/// A question to a person as JSON, as it was written, what people have done about it, and what became of it.
package struct StoredEscalation: Hashable, Sendable {
    package let id: EscalationID
    package let openedAt: Instant
    package let question: JSONText
    /// `nil` while it is open.
    package let resolution: JSONText?
    /// What its workflow is called, and its labels as a JSON object, as far as that can be read.
    package var workflowName: String?
    package var labels: JSONText?
    /// As it is stored; `nil` if nothing was done.
    package var handled: JSONText?
    /// A JSON array, oldest first.
    package var comments: JSONText?

    package init(id: EscalationID, openedAt: Instant, question: JSONText, resolution: JSONText?) {
        self.id = id
        self.openedAt = openedAt
        self.question = question
        self.resolution = resolution
    }

    package var handling: Handling { handled.flatMap { Handling(stored: JSONNode($0)) } ?? Handling() }

    /// One higher with every change, its resolution included.
    package var version: Int { handling.version + (resolution == nil ? 0 : 1) }

    package var kind: EscalationKind {
        JSONNode(question).member("kind")?.string.flatMap(EscalationKind.init(rawValue:)) ?? .exhausted
    }

}

/// Which escalations a list has: those that are all of this.
package struct EscalationFilter: Hashable, Sendable {
    package var isOpen: Bool
    package var workflow: WorkflowID?
    package var kind: EscalationKind?
    package var tier: Int?
    package var workflowName: String?
    package var labels: [WorkflowFilter.Label] = []
    package var assignee: String?
    /// Opened before, or not before.
    package var openedBefore: Instant?
    package var openedSince: Instant?
    /// Whether somebody has claimed it, at a time.
    package var claim: ClaimFilter?

    package struct ClaimFilter: Hashable, Sendable {
        package let isClaimed: Bool
        package let at: Instant

        package init(isClaimed: Bool, at: Instant) {
            self.isClaimed = isClaimed
            self.at = at
        }
    }

    package init(isOpen: Bool = true, workflow: WorkflowID? = nil) {
        self.isOpen = isOpen
        self.workflow = workflow
    }

    /// The narrowest index there is, as escalations.lua calls it.
    var index: String {
        if let workflow { return "of:\(workflow)" }
        let status = isOpen ? "open" : "resolved"
        if let assignee { return "\(status):assignee:\(assignee)" }
        if let label = labels.first { return "\(status):label:\(label)" }
        if let workflowName { return "\(status):name:\(workflowName)" }
        if let kind { return "\(status):kind:\(kind.rawValue)" }
        return tier.map { "\(status):tier:\($0)" } ?? status
    }

    /// A page begins with what was opened before: members of an index begin with that time.
    func from(_ request: PageRequest) -> PageRequest {
        guard let openedBefore else { return request }
        let place = IndexMoment.text(of: openedBefore)
        return PageRequest(cursor: request.cursor.map { min($0, place) } ?? place, limit: request.limit)
    }

    /// What the index does not say.
    func matches(_ escalation: StoredEscalation) -> Bool {
        guard (escalation.resolution == nil) == isOpen else { return false }
        if let kind, kind != escalation.kind { return false }
        if let workflowName, workflowName != escalation.workflowName { return false }
        if !labels.isEmpty {
            let found = escalation.labels.map { JSONNode($0) }
            guard labels.allSatisfy({ found?.member($0.name)?.string == $0.value }) else { return false }
        }
        guard tier != nil || assignee != nil || claim != nil else { return true }
        let handling = escalation.handling
        if let tier, tier != handling.tier { return false }
        if let assignee, assignee != handling.assignee { return false }
        return claim.map { (handling.claim(at: $0.at) != nil) == $0.isClaimed } ?? true
    }
}

extension Page<StoredEscalation> {
    /// Those of a page of the filter's index that it wants; behind the first one that is too old come none.
    func matching(_ filter: EscalationFilter) -> Page {
        var page = Page(elements.filter(filter.matches), next: next)
        guard let since = filter.openedSince else { return page }
        page.elements.removeAll { $0.openedAt < since }
        if let last = elements.last, last.openedAt < since { page.next = nil }
        return page
    }
}

/// What members of indexes begin with: index.lua's time of fixed width, and a colon.
enum IndexMoment {
    static func text(of moment: Instant) -> String {
        let digits = String(max(moment.milliseconds, 0))
        return String(repeating: "0", count: max(0, 15 - digits.utf8.count)) + digits + ":"
    }
}
