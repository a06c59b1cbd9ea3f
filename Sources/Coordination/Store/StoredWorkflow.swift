package import JSON
package import WorkflowCore

/// A workflow as the store has it.
package struct StoredWorkflow: Sendable {
    package let id: WorkflowID
    package let plan: JSONText
    package let input: JSONText
    package let checkpoint: Checkpoint
    package let revision: Int
    /// When this revision was stored.
    package let committedAt: Instant
    package let owner: NodeID?
    package let takeovers: Int
    package let traceparent: String
    /// What its checkpoint need not know yet; without letters unless it is read to be coordinated.
    package var surroundings: Surroundings
    /// Why nobody coordinates it until a person has decided.
    package var quarantine: Failure?
    /// The definitions of the steps that were added to the plan, by their place.
    package var added: [Int: JSONText] = [:]

    package struct Take: Hashable, Sendable {
        package let step: Int
        package let agent: AgentID
        package let at: Instant
        /// When the agent named it last, if it has to be heard of.
        package let heardAt: Instant?

        package init(step: Int, agent: AgentID, at: Instant, heardAt: Instant? = nil) {
            self.step = step
            self.agent = agent
            self.at = at
            self.heardAt = heardAt
        }
    }
}

package enum ClaimOutcome: Sendable {
    case unknown
    /// A live node has it.
    case owned(by: NodeID)
    /// Nobody may have it.
    case quarantined
    /// The caller's node owns it now, or it has ended.
    case workflow(StoredWorkflow)
}

/// A line of a list.
package struct WorkflowSummary: Hashable, Sendable {
    package let id: WorkflowID
    package let name: String
    package let status: WorkflowStatus
    package let revision: Int
    package let createdAt: Instant
    package let endedAt: Instant?
    /// A JSON object.
    package let labels: JSONText
}

/// An event of a history: its place, and the event as JSON, as it was written.
package struct HistoryEntry: Hashable, Sendable {
    package let place: HistoryPlace
    package let event: JSONText
}

/// Which workflows a list has: those with this status and all of these labels.
package struct WorkflowFilter: Hashable, Sendable {
    package var status: WorkflowStatus?
    package var labels: [Label]

    package struct Label: Hashable, Sendable, CustomStringConvertible {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        package var description: String { "\(name):\(value)" }
    }

    package init(status: WorkflowStatus? = nil, labels: [Label] = []) {
        self.status = status
        self.labels = labels
    }
}

/// Which part of a list is wanted.
package struct PageRequest: Hashable, Sendable {
    /// What the page before gave as its `next`. After one that no page gave comes nothing, or anything.
    package let cursor: String?
    /// From 1 to `longest`.
    package let limit: Int

    package static let longest = 1000

    package init(cursor: String? = nil, limit: Int = 50) {
        self.cursor = cursor
        self.limit = min(max(limit, 1), Self.longest)
    }
}

/// Part of a list.
package struct Page<Element: Sendable>: Sendable {
    package var elements: [Element]
    /// Where the next page begins; `nil` at the end.
    package var next: String?

    package init(_ elements: [Element], next: String?) {
        self.elements = elements
        self.next = next
    }
}

extension Page: Equatable where Element: Equatable {}
