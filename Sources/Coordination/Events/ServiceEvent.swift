package import JSON
package import WorkflowCore

/// Something that happened to one of all workflows.
package struct ServiceEvent: Hashable, Sendable, Placed {
    /// Among the events of all workflows, not in its history.
    package let place: HistoryPlace
    package let what: What

    package enum What: Hashable, Sendable {
        case event(WorkflowEvent)
        /// Nobody watched, here or anywhere, for so long that nothing was kept: there may have been any number of
        /// events.
        case gap
    }

    package struct WorkflowEvent: Hashable, Sendable {
        package let workflow: WorkflowID
        package let name: String
        /// A JSON object.
        package let labels: JSONText
        /// As it is in the history.
        package let event: JSONText
    }

    /// How long what happens is kept although nobody watches.
    package static let memory = Duration.seconds(600)
    /// About so many commits are kept.
    package static let capacity = 10_000
}

/// Some of what happened to all workflows, and up to which place that goes.
package struct ServiceEventPage: Hashable, Sendable {
    package let events: [ServiceEvent]
    /// The place of the last one, or else the one asked after or, for `nil`, the latest of all.
    package let end: HistoryPlace
    package let hasMore: Bool
}

/// Which events of all workflows somebody wants: those of workflows with this name and all of these labels, of one of
/// these types; without types, of any.
package struct ServiceEventFilter: Hashable, Sendable {
    package var name: String?
    package var labels: [WorkflowFilter.Label]
    package var types: Set<HistoryEvent.Kind>

    package init(
        name: String? = nil, labels: [WorkflowFilter.Label] = [], types: Set<HistoryEvent.Kind> = []
    ) {
        self.name = name
        self.labels = labels
        self.types = types
    }

    /// A gap is everybody's.
    package func includes(_ event: ServiceEvent) -> Bool {
        guard case .event(let event) = event.what else { return true }
        if let name, name != event.name { return false }
        if !types.isEmpty {
            let type = JSONNode(event.event).member("type")?.string
            guard let type, HistoryEvent.Kind(rawValue: type).map(types.contains) ?? false else { return false }
        }
        if labels.isEmpty { return true }
        let found = JSONNode(event.labels)
        return labels.allSatisfy { found.member($0.name)?.string == $0.value }
    }
}
